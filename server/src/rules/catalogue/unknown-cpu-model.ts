import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { defineRule } from '../define.ts';
import { meantQemu, nameIn, ofSameNumbers, stopsWith, weigh, writeInstead } from './meant.ts';

export default defineRule({
  name: 'unknown-cpu-model',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'The vCPUs are of a model that QEMU does not know.',
  explains: ['unknown-cpu-flag'],
  sources: [
    { title: 'QEMU: unable to find CPU model', ref: 'cpu.c: parse_cpu_option' },
    { title: 'QEMU: names of CPU models', ref: 'query-cpu-definitions, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    // Of several the last one counts.
    const option = optionsNamed(context.line, 'cpu').at(-1);
    const model = nameIn(option?.head);
    // Newer QEMUs take the name of the type for that of the model.
    if (!meant || !model || model.value.endsWith('-cpu') || meant.catalogue.cpuModel(model.value)) return;
    // Whether there is one depends on the host that QEMU was built for.
    if (model.value === 'host') return;
    const doubt = weigh(meant, {
      kind: 'cpu',
      what: 'CPU model',
      name: model.value,
      candidates: ofSameNumbers(model.value, meant.catalogue.names('cpu')),
    });
    context.report({
      severity: doubt.severity,
      message: `${doubt.fact}: ${stopsWith(doubt, `unable to find CPU model '${model.value}'`)}.`,
      at: model.span,
      about: option!,
      fixes: writeInstead(model, doubt.similar),
    });
  },
});
