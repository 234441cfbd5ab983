import { readHostAddress } from '../../../dialects/libvirt/lower/pciPlaces.ts';
import { Reader } from '../../../dialects/libvirt/values.ts';
import { isKnown } from '../../../guest/value.ts';
import type { Host } from '../../../host/host.ts';
import { child, childElements, descendants } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Range } from '../../../text/span.ts';
import { formatPciAddress, parsePciAddress } from '../../../values/pciAddress.ts';
import { isHostSource, namedInDomain } from '../../hostNames.ts';
import { type Completion, completion } from '../completion.ts';
import { hostCpus, hostDevices, hostNodes } from '../hostItems.ts';
import type { XmlSite } from './site.ts';

/** A place in a domain that can name something of the host. */
export interface HostPlace {
  /** The text of the document. */
  readonly text: string;
  /** From the domain to the element. */
  readonly path: readonly XmlElement[];
  /** Undefined for the text of the element. */
  readonly attribute: string | undefined;
  /** Of the value. */
  readonly range: Range;
  /** Stands around a value that has no quotes yet. */
  readonly around: string;
}

/** Devices, nodes and CPUs of the host where a place names one; undefined where it names none. */
export function completeHostNames(host: Host, place: HostPlace): Completion[] | undefined {
  const { path, attribute, range, around } = place;
  const element = path.at(-1)!;
  const kind = namedInDomain(element, attribute);
  if (kind === undefined) return undefined;
  if (kind === 'device') return completeAddress(host, place, element);
  const items = kind === 'nodes' ? hostNodes(host) : hostCpus(host, element.name.text !== 'vcpupin');
  return items.map(({ value, detail, documentation }, i) =>
    completion({
      label: value.toString(),
      kind: 'reference',
      range,
      insertion: [`${around}${value}${around}`],
      filterText: `${around}${value}`,
      detail,
      documentation,
      rank: 0,
      order: String(i).padStart(5, '0'),
    }),
  );
}

const PARTS = ['domain', 'bus', 'slot', 'function'] as const;

/**
 * A device is named by several attributes, and an item writes all of them: from the first that is there to the last,
 * in their order, then those that are missing.
 */
function completeAddress(
  host: Host,
  { text, path, attribute, range }: HostPlace,
  element: XmlElement,
): Completion[] | undefined {
  if (!PARTS.some((name) => name === attribute)) return undefined;
  const written = element.attributes.filter(({ name }) => PARTS.some((part) => part === name.text));
  const start = Math.min(range.start, ...written.map((each) => each.start));
  const end = Math.max(range.end, ...written.map((each) => each.end));
  const strange = element.attributes.some(
    (each) => !written.includes(each) && start < each.start && each.start < end,
  );
  // What is replaced lies on one line, and holds nothing else.
  if (strange || text.slice(start, end).includes('\n')) return undefined;
  const names = [...new Set([...written.map(({ name }) => name.text), ...PARTS])];
  const quote = text[range.start - 1] === '"' ? '"' : "'";
  return hostDevices(host, usedIn(path[0]!, element)).flatMap(({ value, detail, documentation, used }, i) => {
    const parts = partsOf(value);
    if (!parts) return [];
    const insertion = names.map((name) => `${name}=${quote}${parts[name]}${quote}`).join(' ');
    return completion({
      label: value,
      kind: 'reference',
      range: { start, end },
      insertion: [insertion],
      filterText: insertion,
      detail,
      documentation,
      rank: used ? 3 : 0,
      order: String(i).padStart(5, '0'),
    });
  });
}

/**
 * The addresses of devices as elements of their own, in the `<source>` of a device that is handed over.
 * @param typed the `<` stands there, and belongs to what is replaced
 */
export function completeAddressElements(
  host: Host,
  path: readonly XmlElement[],
  { range, quote }: XmlSite,
  typed: boolean,
): Completion[] {
  const source = path.at(-1)!;
  if (!isHostSource(source) || child(source, 'address')) return [];
  return hostDevices(host, usedIn(path[0]!, undefined)).flatMap(
    ({ value, detail, documentation, used }, i) => {
      const parts = partsOf(value);
      if (!parts) return [];
      const attributes = PARTS.map((name) => ` ${name}=${quote}${parts[name]}${quote}`).join('');
      return completion({
        label: `address ${value}`,
        kind: 'reference',
        range,
        insertion: [`<address${attributes}/>`],
        filterText: `${typed ? '<' : ''}address ${value}`,
        detail,
        documentation,
        rank: used ? 3 : 0,
        order: String(i).padStart(5, '0'),
      });
    },
  );
}

/** As libvirt writes them. */
function partsOf(address: string): Readonly<Record<string, string>> | undefined {
  const parsed = parsePciAddress(address);
  if (!parsed) return undefined;
  const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
  const { domain, bus, slot, fn } = parsed;
  return { domain: hex(domain, 4), bus: hex(bus, 2), slot: hex(slot, 2), function: hex(fn, 1) };
}

/** The devices that the domain names elsewhere. */
function usedIn(domain: XmlElement, own: XmlElement | undefined): ReadonlySet<string> {
  const reader = new Reader('');
  const used = new Set<string>();
  for (const devices of childElements(domain).filter(({ name }) => name.text === 'devices')) {
    for (const element of descendants(devices)) {
      if (element === own || namedInDomain(element, undefined) !== 'device') continue;
      const address = readHostAddress(reader, element);
      if (isKnown(address)) used.add(formatPciAddress(address.value));
    }
  }
  return used;
}
