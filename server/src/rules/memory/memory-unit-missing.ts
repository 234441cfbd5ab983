import type { Change } from '../../dialects/change.ts';
import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, child, children, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlValue } from '../../syntax/xml/tree.ts';
import { type Range, type Span, spanOf } from '../../text/span.ts';
import { formatBytes, GiB, KiB, libvirtUnit, MiB } from '../../values/byteSize.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { devicesOf } from '../refusal.ts';

/** From here on a count of KiB is 2 TiB or more, and was most likely meant as bytes. */
const LOOKS_LIKE_BYTES = 2 ** 31;

/** Up to here a count of KiB is less than 4 MiB, too little for any guest, and was meant as MiB or GiB. */
const LOOKS_LIKE_MORE = 4096;

export default defineRule({
  name: 'memory-unit-missing',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'warning',
  summary: 'A size has no unit, or not one that libvirt reads, where it was meant otherwise.',
  explains: ['numa-memory-sum'],
  sources: [
    { title: 'libvirt: the default unit is KiB', ref: 'src/conf/domain_conf.c: virDomainParseMemory' },
  ],
  since: '0.1.0',
  check(context) {
    for (const size of sizesOf(context.domain)) {
      const said = attribute(size.element, 'unit')?.value;
      // One that is empty counts as not written.
      const unit = said?.text === '' ? undefined : said;
      if (isPlaceholder(size.text) || (unit && isPlaceholder(unit.text))) continue;
      if (!/^\d+$/.test(size.text)) reportUnreadable(context, size, unit?.text);
      else if (unit && libvirtUnit(unit.text) === undefined) reportUnknownUnit(context, size, unit);
      else if (!unit) reportMissing(context, size);
    }
  },
});

function reportMissing({ guest, report }: LibvirtContext, { element, value, text }: Size): void {
  const number = Number(text);
  const isBytes = number >= LOOKS_LIKE_BYTES;
  if (number === 0 || (!isBytes && number > LOOKS_LIKE_MORE)) return;
  const unit = isBytes ? 'b' : number <= 64 ? 'GiB' : 'MiB';
  const meant = formatBytes(BigInt(number) * { b: 1n, GiB, MiB }[unit]);
  report({
    message:
      `${text} without a unit counts KiB: ${formatBytes(BigInt(number) * KiB)}. ` +
      `Meant as ${isBytes ? 'bytes' : unit} it would be ${meant}.`,
    at: spanOf(guest.label.uri, value),
    about: element,
    fixes: [
      {
        title: `Add unit='${unit}': ${meant}`,
        applicability: 'suggestion',
        changes: [{ op: 'set-attribute', element, name: 'unit', text: unit }],
      },
    ],
  });
}

function reportUnknownUnit({ guest, report }: LibvirtContext, { element }: Size, unit: XmlValue): void {
  const similar = mostSimilar(unit.text, ['KiB', 'MiB', 'GiB', 'TiB', 'bytes']);
  report({
    severity: 'error',
    message: `${unit.text} is no unit: libvirt refuses the domain with "unknown suffix '${unit.text}'".`,
    at: spanOf(guest.label.uri, unit),
    about: element,
    fixes: (similar ? [similar] : ['MiB', 'GiB']).map((word) => ({
      title: `Call it ${word}`,
      applicability: 'suggestion',
      changes: [{ op: 'set-attribute', element, name: 'unit', text: word }],
    })),
  });
}

/** `1GiB` or `0.5`: the number must be whole and stand alone. */
function reportUnreadable(context: LibvirtContext, size: Size, written: string | undefined): void {
  const { element, value, text } = size;
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text);
  if (!match) return;
  const scale = libvirtUnit(match[2] || (written ?? 'KiB'));
  const kib = scale && Math.round((Number(match[1]) * Number(scale)) / 1024);
  const span = spanOf(context.guest.label.uri, value);
  context.report({
    severity: 'error',
    message: `${text} is no whole number: libvirt refuses the domain with "Invalid value '${text}'". The unit stands in unit=.`,
    at: span,
    about: element,
    fixes: kib
      ? [
          {
            title: `Write ${formatBytes(BigInt(kib) * KiB)} with its unit`,
            applicability: 'safe',
            changes: spell(element, span, kib),
          },
        ]
      : [],
  });
}

/** The largest unit in which a count of KiB is whole. */
function spell(element: XmlElement, span: Span, kib: number): Change[] {
  const [unit, scale] = (
    [
      ['GiB', 1024 * 1024],
      ['MiB', 1024],
      ['KiB', 1],
    ] as const
  ).find(([, s]) => kib % s === 0)!;
  return [
    { op: 'text', span, newText: String(kib / scale) },
    { op: 'set-attribute', element, name: 'unit', text: unit },
  ];
}

interface Size {
  readonly element: XmlElement;
  readonly value: Range;
  readonly text: string;
}

/** Where libvirt reads guest memory: the domain's own sizes, the cells, and the sizes of memory devices. */
function sizesOf(domain: XmlElement): Size[] {
  const texts = ['memory', 'currentMemory', 'maxMemory'].map((name) => child(domain, name));
  for (const memory of devicesOf(domain, 'memory')) {
    const target = child(memory, 'target');
    if (target) texts.push(...children(target, 'size'));
  }
  const sizes: Size[] = [];
  for (const element of texts) {
    if (!element) continue;
    const { text, range } = textOf(element);
    if (range) sizes.push({ element, value: range, text });
  }
  for (const element of cellElements(domain)) {
    const value = attribute(element, 'memory')?.value;
    if (value) sizes.push({ element, value, text: value.text });
  }
  return sizes;
}
