import { CPU_MODELS } from '../../catalogue/cpuModels.ts';
import { qemuCatalogue } from '../../catalogue/qemu.ts';
import { isX86 } from '../../guest/machine.ts';
import { atLeast, type Version } from '../../guest/target.ts';
import { child, textOf } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix } from '../define.ts';
import { content, tellRefusal, word } from '../refusal.ts';

/** The version that the list of libvirt's own is of. */
const LISTED: Version = [9, 0];

export default defineRule({
  name: 'cpu-model-unknown',
  reads: 'libvirt',
  concerns: ['model'],
  topic: 'structure',
  severity: 'error',
  summary: 'The vCPUs are of a model that libvirt does not know.',
  sources: [
    { title: "libvirt: Unknown CPU model '…'", ref: 'src/cpu/cpu_x86.c: x86ModelFromCPU' },
    { title: 'libvirt: the models', ref: 'src/cpu_map/index.xml' },
  ],
  since: '0.1.0',
  check(context) {
    const { domain, guest, target } = context;
    const model = child(child(domain, 'cpu') ?? domain, 'model');
    const name = content(model);
    const mode = word(child(domain, 'cpu'), 'mode') ?? 'custom';
    if (!model || name === undefined || mode !== 'custom' || !isX86(guest.machine)) return;
    if (CPU_MODELS.has(name)) return;
    // What came later has the names of QEMU.
    const later = qemuCatalogue('x86_64', undefined, undefined);
    if (!later || later.has('cpu', name)) return;
    const meant = mostSimilar(name, [...CPU_MODELS, ...later.names('cpu')]);
    const isComplete = target.libvirt !== undefined && atLeast(LISTED, target.libvirt);
    // One that is like no other may be new.
    if (meant === undefined && !isComplete) return;
    const { range } = textOf(model);
    const fixes: Fix[] =
      meant === undefined || !range
        ? []
        : [
            {
              title: `Write ${meant}`,
              applicability: 'suggestion',
              changes: [{ op: 'text', span: spanOf(guest.label.uri, range), newText: meant }],
            },
          ];
    tellRefusal(
      context,
      {
        fact: `libvirt knows no CPU model ${name}${meant === undefined ? '' : `, but ${meant}`}`,
        words: `Unknown CPU model ${name}`,
        element: model,
        fixes,
      },
      range ? { at: spanOf(guest.label.uri, range) } : {},
    );
  },
});
