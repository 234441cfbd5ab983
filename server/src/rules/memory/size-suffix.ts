import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { formatBytes, parseQemuSize } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** Where sizes stand, and what QEMU says of one that it cannot read. */
const PLACES: ReadonlyMap<string, { readonly keys: readonly string[]; readonly refusal: string }> = new Map([
  ['m', { keys: ['size', 'maxmem'], refusal: 'expects a non-negative number below 2^64' }],
  ['numa', { keys: ['mem'], refusal: 'expects a size value' }],
  ['object', { keys: ['size', 'hugetlbsize', 'align', 'offset'], refusal: 'expects a size value' }],
]);

export default defineRule({
  name: 'size-suffix',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'A size ends in more than the one letter that QEMU takes.',
  sources: [
    {
      title: 'QEMU: expects a size value',
      ref: 'qapi/opts-visitor.c, qobject-input-visitor.c; util/cutils.c: do_strtosz',
    },
    { title: 'QEMU: suffixes of -m', ref: 'util/qemu-option.c: parse_option_size' },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of context.line.options) {
      const place = PLACES.get(option.name);
      if (!place || option.json || (option.name === 'object' && !isMemory(option))) continue;
      for (const key of place.keys) {
        const text = option.says(key);
        if (text === undefined || parseQemuSize(text) !== undefined) continue;
        checkSize(context, option, option.find(key)!, place.refusal);
      }
    }
  },
});

/** Other objects have properties of these names with other meanings. */
const isMemory = ({ makes }: Option): boolean => makes?.startsWith('memory-backend-') ?? false;

/** The size that was meant with too many letters; undefined for other texts. */
export function sizeMeant(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgtpe])(i?b(?:ytes)?|i)?$/i.exec(text);
  return match ? `${match[1]}${match[2]!.toUpperCase()}` : undefined;
}

function checkSize({ report }: QemuContext, option: Option, property: Property, refusal: string): void {
  if (!isKnown(property.value)) return;
  const text = property.value.value;
  const meant = sizeMeant(text);
  const size = meant === undefined ? undefined : parseQemuSize(meant);
  if (meant === undefined || size === undefined) return;
  const fix: Fix = {
    title: `Write ${meant}: ${formatBytes(size)}`,
    applicability: 'safe',
    changes: [{ op: 'set-property', option, key: property.key, text: meant }],
  };
  report({
    message:
      `${text} is no size for QEMU, which takes one letter behind the number: it stops with ` +
      `"Parameter '${property.key}' ${refusal}".`,
    at: property.value.span,
    about: option,
    fixes: [fix],
  });
}
