import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { defineRule, type Fix } from '../define.ts';
import { flagIn } from './cpuFlag.ts';
import { meantQemu, nameIn, ofSameNumbers, stopsWith, weigh } from './meant.ts';
import { isKeyElsewhere } from './scopeKeys.ts';

export default defineRule({
  name: 'unknown-cpu-flag',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A vCPU is to have a flag that QEMU does not know.',
  sources: [
    { title: 'QEMU: Property not found', ref: 'target/i386/cpu.c: x86_cpu_parse_featurestr' },
    { title: 'QEMU: names of CPU flags', ref: 'device-list-properties of CPU models, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    const option = optionsNamed(context.line, 'cpu').at(-1);
    const model = option && nameIn(option.head);
    const fact = model && meant?.catalogue.cpuModel(model.value);
    if (!meant || !option || !fact?.complete || fact.properties.size === 0) return;
    for (const property of option.properties) {
      const flag = flagIn(property);
      if (flag === undefined || fact.properties.has(flag)) continue;
      const shared = meant.catalogue.versionsOfProperty('cpu-properties', 'x86', flag);
      const doubt = weigh(meant, {
        kind: 'cpu',
        what: 'flag',
        name: flag,
        candidates: ofSameNumbers(flag, [...fact.properties.keys()]),
        impossible: isKeyElsewhere(meant.catalogue, flag) ? 'which is a property of others' : undefined,
        versions: fact.shared ? shared : meant.catalogue.versionsOfProperty('cpu', fact.name, flag),
        owner: fact.shared ? undefined : fact.name,
      });
      const type = `${fact.name}-${fact.shared ? 'x86_64' : 'arm'}-cpu`;
      context.report({
        severity: doubt.severity,
        message: `${doubt.fact}: ${stopsWith(doubt, `Property '${type}.${flag}' not found`)}.`,
        at: property.span,
        about: property,
        fixes: fixesFor(option, property, flag, doubt.similar),
      });
    }
  },
});

function fixesFor(option: Option, property: Property, flag: string, similar: string | undefined): Fix[] {
  const remove: Fix = {
    title: `Remove ${flag}`,
    applicability: 'suggestion',
    changes: [{ op: 'remove-property', option, property }],
  };
  if (similar === undefined || property.form !== 'keyval') return [remove];
  const rename: Fix = {
    title: `Write ${similar}=`,
    applicability: 'suggestion',
    changes: [{ op: 'rename-property', option, property, key: similar }],
  };
  return [rename, remove];
}
