import type { Document, QemuVariant } from '../dialects/document.ts';
import { readHostAddress as readXmlAddress } from '../dialects/libvirt/lower/pciPlaces.ts';
import { Reader } from '../dialects/libvirt/values.ts';
import { readHostAddress, readMediated } from '../dialects/qemu/lower/pciPlaces.ts';
import { parseRange } from '../dialects/qemu/lower/read.ts';
import type { Option } from '../dialects/qemu/option.ts';
import { isKnown, mapValue, type Value } from '../guest/value.ts';
import { elementAt, textOf } from '../syntax/xml/query.ts';
import type { XmlElement } from '../syntax/xml/tree.ts';
import type { Range } from '../text/span.ts';
import { type IndexSet, parseIndexSet } from '../values/indexSet.ts';
import { formatPciAddress } from '../values/pciAddress.ts';
import { namedInDomain, namedInOption } from './hostNames.ts';

/** What of the host a place in a document names. */
export type HostPart =
  | { readonly kind: 'device'; readonly address: string }
  | { readonly kind: 'cpus' | 'nodes'; readonly set: IndexSet };

/** A place that names something of the host; several parts where it differs from path to path through a script. */
export interface HostPlace {
  readonly range: Range;
  readonly parts: readonly HostPart[];
}

/** What stands at an offset and belongs to the host. Places whose value is not known name nothing. */
export function hostPlaceAt(document: Document, offset: number): HostPlace | undefined {
  const inXml = document.tree && inDomain(document, offset);
  if (inXml) return inXml;
  const readings = document.subjects.flatMap(({ variants }) =>
    variants.flatMap((variant) => (variant.dialect === 'qemu' ? variant : (variant.passed ?? []))),
  );
  const found = readings.flatMap((reading) => onCommandLine(reading, offset));
  return found[0] && { range: found[0].range, parts: distinct(found.map(({ part }) => part)) };
}

const distinct = (parts: readonly HostPart[]): HostPart[] => [
  ...new Map(parts.map((part) => ['address' in part ? part.address : `${part.set}`, part])).values(),
];

// --- Command lines ---

interface Mention {
  readonly range: Range;
  readonly part: HostPart;
}

function onCommandLine({ line, guest: { threads } }: QemuVariant, offset: number): Mention[] {
  const { cpus, cpuNodes, memoryNodes } = threads;
  const around = [
    ...seen(cpus, offset, (set) => ({ kind: 'cpus', set })),
    ...[cpuNodes, memoryNodes].flatMap((nodes) => seen(nodes, offset, (set) => ({ kind: 'nodes', set }))),
  ];
  if (around.length > 0) return around;
  return line.options.flatMap((option) => inOption(option, offset));
}

function inOption(option: Option, offset: number): Mention[] {
  const type = isKnown(option.head) ? option.head.value : '';
  return option.properties.flatMap(({ key, value, span }) => {
    const kind = namedInOption(option.name, type, key);
    if (!kind) return [];
    if (kind === 'device') {
      // A mediated device has no address, but may name the device that it is a part of.
      const parent = readMediated(option);
      const address = parent
        ? mapValue(parent, (part) => part.parent && formatPciAddress(part.parent))
        : mapValue(readHostAddress(option), formatPciAddress);
      return seen(address, offset, (found) => ({ kind, address: found }), span);
    }
    const list = mapValue(value, (text) => parseRange(text, option.json));
    return seen(list, offset, (set) => ({ kind, set }), span);
  });
}

/**
 * A value whose place holds the offset: where it is used, or where it was assigned to a variable.
 * @param whole the place with its key, where there is one
 */
function seen<T>(value: Value<T>, offset: number, part: (value: T) => HostPart, whole?: Range): Mention[] {
  if (!isKnown(value)) return [];
  const assigned = value.origin.kind === 'variable' ? (value.slot?.span ?? value.origin.definition) : [];
  const range = [whole ?? value.span, assigned].flat().find((at) => holds(at, offset));
  return range ? [{ range, part: part(value.value) }] : [];
}

const holds = ({ start, end }: Range, offset: number): boolean => start <= offset && offset <= end;

// --- Domains ---

function inDomain({ tree, uri }: Document, offset: number): HostPlace | undefined {
  const element = elementAt(tree!, offset);
  const { range, text } = textOf(element);
  const here = element.attributes.find((each) => holds(each, offset));
  const inText = range !== undefined && holds(range, offset);
  const kind = namedInDomain(element, here?.name.text);
  if (!kind) return undefined;
  if (kind === 'device') return inAddress(new Reader(uri), element);
  if (here) return placeOf(kind, here.value?.text ?? '', here);
  return inText ? placeOf(kind, text, range) : undefined;
}

function placeOf(kind: 'cpus' | 'nodes', text: string, { start, end }: Range): HostPlace | undefined {
  const set = parseIndexSet(text);
  return set && { range: { start, end }, parts: [{ kind, set }] };
}

/** The element as a whole: its parts say one thing together. */
function inAddress(reader: Reader, element: XmlElement): HostPlace | undefined {
  const address = readXmlAddress(reader, element);
  if (!isKnown(address)) return undefined;
  const { start, end } = element;
  return { range: { start, end }, parts: [{ kind: 'device', address: formatPciAddress(address.value) }] };
}
