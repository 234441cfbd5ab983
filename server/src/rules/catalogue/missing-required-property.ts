import type { QemuCatalogue } from '../../catalogue/qemu.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { spanOf } from '../../text/span.ts';
import { oncePerPair } from '../../values/oncePer.ts';
import { defineRule } from '../define.ts';
import { meantQemu } from './meant.ts';
import { firstOf, type Requirement, requirementsOf } from './requirements.ts';

export default defineRule({
  name: 'missing-required-property',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device or backend lacks a property that it cannot be made without.',
  sources: [
    { title: "QEMU: Parameter '…' is missing", ref: 'qapi/qobject-input-visitor.c, qapi/opts-visitor.c' },
    {
      title: 'QEMU: drive property not set',
      ref: 'hw/block/virtio-blk.c: virtio_blk_device_realize, and others',
    },
    { title: 'QEMU: members that may not be left out', ref: 'query-qmp-schema' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant) return;
    // Both give properties to a device from elsewhere on the line.
    const { named } = context.line;
    const given = named.has('set') || named.has('global');
    for (const option of context.line.options) {
      const missing = lackOf(option.text, meant.catalogue);
      if (!missing) continue;
      const type = option.makes;
      if (given && option.name === 'device' && type !== undefined) continue;
      const sure = type === undefined || meant.catalogue.exact;
      context.report({
        severity: sure ? 'error' : 'warning',
        message: `${type ?? `-${option.name}`} needs ${missing.anyOf.map((key) => `${key}=`).join(' or ')}: QEMU stops with "${missing.refusal}".`,
        at: spanOf(option.uri, (option.argument ?? option.word).range),
        about: option,
      });
    }
  },
});

const lackOf = oncePerPair((option: OptionText, catalogue: QemuCatalogue): Requirement | undefined => {
  if (option.open) return undefined;
  if (!option.hasHead) return firstOf(option);
  const type = option.makes;
  if (type === undefined) return undefined;
  return requirementsOf(catalogue, option, type).find(
    ({ anyOf }) => !anyOf.some((key) => isGiven(option, key)),
  );
});

/** Links that are empty until they are given something; an empty text gives them nothing. */
const LINKS: ReadonlySet<string> = new Set(['drive', 'memdev']);

/** Written itself, or by its parts: `file.driver=` gives a file. */
const isGiven = (option: OptionText, key: string): boolean =>
  option.properties.some((property) => property.key === key || property.key.startsWith(`${key}.`)) &&
  !(option.name === 'device' && LINKS.has(key) && option.says(key) === '');
