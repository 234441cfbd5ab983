import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { attribute, child, children, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Range, spanOf } from '../../text/span.ts';
import { formatBytes, GiB, KiB, MiB } from '../../values/byteSize.ts';
import { defineRule, type Fix } from '../define.ts';

/** From here on a count of KiB is 2 TiB or more, and was most likely meant as bytes. */
const LOOKS_LIKE_BYTES = 2 ** 31;

/** Up to here a count of KiB is less than 4 MiB, too little for any guest, and was meant as MiB or GiB. */
const LOOKS_LIKE_MORE = 4096;

export default defineRule({
  name: 'memory-unit-missing',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'warning',
  summary: 'A size without a unit counts KiB, and the number looks like another unit.',
  explains: ['numa-memory-sum'],
  sources: [
    { title: 'libvirt: the default unit is KiB', ref: 'src/conf/domain_conf.c: virDomainParseMemory' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    for (const { element, value, text } of sizesOf(domain)) {
      if (attribute(element, 'unit')) continue;
      const number = parseLibvirtNumber(text);
      if (number === undefined || number === 0) continue;
      const bytes = number >= LOOKS_LIKE_BYTES;
      if (!bytes && number > LOOKS_LIKE_MORE) continue;
      const effective = formatBytes(BigInt(number) * KiB);
      const unit = bytes ? 'b' : number <= 64 ? 'GiB' : 'MiB';
      const meant = formatBytes(BigInt(number) * { b: 1n, GiB, MiB }[unit]);
      report({
        message: `${text} without a unit counts KiB: ${effective}. Meant as ${bytes ? 'bytes' : unit} it would be ${meant}.`,
        at: spanOf(guest.label.uri, value),
        about: element,
        fixes: [fixFor(element, unit, meant)],
      });
    }
  },
});

const fixFor = (element: XmlElement, unit: string, meant: string): Fix => ({
  title: `Add unit='${unit}': ${meant}`,
  applicability: 'suggestion',
  changes: [{ op: 'set-attribute', element, name: 'unit', text: unit }],
});

interface Size {
  readonly element: XmlElement;
  readonly value: Range;
  readonly text: string;
}

/** Where libvirt reads guest memory: the domain's own sizes, the cells, and the sizes of memory devices. */
function sizesOf(domain: XmlElement): Size[] {
  const texts = ['memory', 'currentMemory', 'maxMemory'].flatMap((name) => child(domain, name) ?? []);
  for (const memory of children(domain, 'devices').flatMap((devices) => children(devices, 'memory'))) {
    const target = child(memory, 'target');
    texts.push(...((target && children(target, 'size')) ?? []));
  }
  const ofText = texts.flatMap((element): Size[] => {
    const { text, range } = textOf(element);
    return range ? [{ element, value: range, text }] : [];
  });
  const ofCells = cellElements(domain).flatMap((element): Size[] => {
    const value = attribute(element, 'memory')?.value;
    return value ? [{ element, value, text: value.text }] : [];
  });
  return [...ofText, ...ofCells];
}
