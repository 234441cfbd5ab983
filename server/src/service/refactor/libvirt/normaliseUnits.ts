import type { Change } from '../../../dialects/change.ts';
import { attribute, childElements, descendants, textOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { spanOf, touches } from '../../../text/span.ts';
import { KiB, libvirtUnit } from '../../../values/byteSize.ts';
import { type LibvirtPlace, type Proposal, proposeChanges } from '../refactoring.ts';
import { type InUnit, largestUnit } from './units.ts';

/** Elements of which libvirt reads the text as a size, by what they stand in; without a unit it counts KiB. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  domain: ['memory', 'currentMemory', 'maxMemory'],
  memtune: ['hard_limit', 'soft_limit', 'swap_hard_limit', 'min_guarantee'],
  target: ['size', 'requested', 'block'],
};

/** Elements with a size in an attribute, beside its unit. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  numa: { cell: 'memory' },
  hugepages: { page: 'size' },
};

/** A size that could be written with a smaller number. */
interface Written {
  readonly element: XmlElement;
  readonly before: string;
  readonly after: InUnit;
  readonly changes: readonly Change[];
}

/** Writes a size in the largest unit that leaves a whole number, or all sizes of the domain. */
export function normaliseUnits(place: LibvirtPlace): Proposal[] {
  const { domain } = place.variant;
  const all = [...descendants(domain)].flatMap((element) => written(place, element) ?? []);
  const here = all.find(
    ({ element }) =>
      touches(element, place.range) && !childElements(element).some((inner) => touches(inner, place.range)),
  );
  if (!here) return [];
  const { before, after, changes } = here;
  const one = proposeChanges(place, `Write ${before} as ${after.number} ${after.unit}`, 'guest', changes);
  if (all.length === 1) return one;
  const title = `Write all ${all.length} sizes of this domain in their largest unit`;
  return [
    ...one,
    ...proposeChanges(
      place,
      title,
      'guest',
      all.flatMap((each) => each.changes),
    ),
  ];
}

function written(place: LibvirtPlace, element: XmlElement): Written | undefined {
  const parent = element.parent?.name.text ?? '';
  const name = ATTRIBUTES[parent]?.[element.name.text];
  if (name !== undefined) {
    const text = attribute(element, name)?.value?.text;
    const size = text === undefined ? undefined : sizeOf(element, text);
    return (
      size && {
        element,
        ...size,
        changes: [setAttribute(element, name, String(size.after.number)), unit(element, size.after)],
      }
    );
  }
  if (!TEXTS[parent]?.includes(element.name.text) || !isSize(element)) return undefined;
  const { text, range, plain } = textOf(element);
  const size = range && plain ? sizeOf(element, text) : undefined;
  if (!size || !range) return undefined;
  const { uri } = place.document;
  const number: Change = { op: 'text', span: spanOf(uri, range), newText: String(size.after.number) };
  return { element, ...size, changes: [number, unit(element, size.after)] };
}

/** A `<target>` of other devices than memory has no sizes of this kind, and `<memory model=>` is a device itself. */
const isSize = ({ name, parent, attributes }: XmlElement): boolean =>
  parent?.name.text === 'target'
    ? parent.parent?.name.text === 'memory'
    : name.text !== 'memory' || !attributes.some((each) => each.name.text === 'model');

function sizeOf(element: XmlElement, text: string): Pick<Written, 'before' | 'after'> | undefined {
  const said = attribute(element, 'unit');
  if (said && !said.value) return undefined;
  const name = said?.value?.text ?? 'KiB';
  const scale = libvirtUnit(name);
  if (scale === undefined || !/^[1-9]\d*$/.test(text)) return undefined;
  const bytes = BigInt(text) * scale;
  if (bytes % KiB !== 0n) return undefined;
  const after = largestUnit(bytes);
  return libvirtUnit(after.unit) === scale ? undefined : { before: `${text} ${name}`, after };
}

const setAttribute = (element: XmlElement, name: string, text: string): Change => ({
  op: 'set-attribute',
  element,
  name,
  text,
});

const unit = (element: XmlElement, { unit: text }: InUnit): Change => setAttribute(element, 'unit', text);
