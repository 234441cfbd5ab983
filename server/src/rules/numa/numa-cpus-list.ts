import { parseRange } from '../../dialects/qemu/lower/read.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { isKnown } from '../../guest/value.ts';
import { spanOf } from '../../text/span.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'numa-cpus-list',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'The vCPUs of a guest node are written as a list, which QEMU reads one range at a time.',
  explains: ['unknown-property'],
  sources: [{ title: 'QEMU: expects a uint64 value or range', ref: 'qapi/opts-visitor.c: opts_type_uint64' }],
  since: '0.1.0',
  check(context) {
    for (const node of context.guest.nodes.items) {
      // A text that is no range, and words behind a comma, are vCPUs that are not known.
      if (node.cpus.every(isKnown)) continue;
      const option = context.sources.get(node);
      if (!option || option.json) continue;
      reportList(context, node, option);
      for (const property of option.all('cpus')) reportValue(context, node, property);
    }
  },
});

/** `cpus=0,2`: behind the comma stands another property, and none of that name is known. */
function reportList({ report }: QemuContext, node: GuestNode, option: Option): void {
  const { properties } = option;
  for (const [i, property] of properties.entries()) {
    if (property.key !== 'cpus' || !isRange(properties[i + 1])) continue;
    const behind = properties.slice(i + 1);
    const end = behind.findIndex((next) => !isRange(next));
    const strays = end < 0 ? behind : behind.slice(0, end);
    const first = strays[0]!;
    const { uri, start } = property.span;
    report({
      message:
        `A comma ends the vCPUs: ${first.key} is read as a property of its own, and QEMU stops with ` +
        `"Invalid parameter '${first.key}'". Each number or range has a cpus= of its own.`,
      at: spanOf(uri, { start, end: strays.at(-1)!.span.end }),
      about: node,
      fixes: fixesForList(node, strays),
    });
  }
}

const isRange = (property: Property | undefined): property is Property =>
  property?.form === 'flag' && /^\d+(-\d+)?$/.test(property.key);

function fixesForList(node: GuestNode, strays: readonly Property[]): Fix[] {
  const meant = strays.map(({ key }) => parseRange(key, false));
  const read = node.cpus.filter(isKnown).map(({ value }) => value);
  if (read.length === 0 || meant.includes(undefined)) return [];
  const all = [...read, ...meant].reduce<IndexSet>((union, set) => union.union(set!), IndexSet.empty);
  return [
    {
      title: `Write ${all.ranges.map(([low, high]) => `cpus=${low === high ? low : `${low}-${high}`}`).join(',')}`,
      applicability: 'safe',
      changes: [{ op: 'set', entity: node, field: 'cpus', to: all }],
    },
  ];
}

/** `cpus=3-0`, `cpus=0:3`: one property, but nothing that QEMU reads as a number or a range. */
function reportValue({ report }: QemuContext, node: object, { value }: Property): void {
  // QEMU reads hexadecimal numbers too, which we do not judge.
  if (!isKnown(value) || /^\s|0x/i.test(value.value) || parseRange(value.value, false)) return;
  report({
    message:
      `"${value.value}" is no number and no range of vCPUs: QEMU stops with "Parameter 'cpus' expects a uint64 ` +
      'value or range".',
    at: value.span,
    about: node,
    fixes: fixesFor(value.value).map(
      (text): Fix => ({
        title: `Write ${text}`,
        applicability: 'suggestion',
        changes: [{ op: 'replace', value, text }],
      }),
    ),
  });
}

/** A range the wrong way round, or one with another mark between its ends. */
function fixesFor(text: string): string[] {
  const match = /^(\d+)\s*(?:-|:|\.\.+|_|~)\s*(\d+)$/.exec(text);
  if (!match) return [];
  const ends = [Number(match[1]), Number(match[2])];
  return [`${Math.min(...ends)}-${Math.max(...ends)}`];
}
