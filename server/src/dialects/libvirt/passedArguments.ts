import type { Collection } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlAttribute, XmlElement } from '../../syntax/xml/tree.ts';
import type { QemuVariant } from '../document.ts';
import { readOptions } from '../qemu/commandLine.ts';
import { lowerCommandLine } from '../qemu/lower/index.ts';
import { Word } from '../qemu/word.ts';
import type { Sources } from './lower/sources.ts';
import { isPlaceholder, type Reader } from './values.ts';

/**
 * `<qemu:commandline>`: arguments that libvirt hands to QEMU behind its own. They are read as a command line of
 * which only the end is known, so nothing is said about what it lacks.
 */
export function readPassedArguments(
  reader: Reader,
  domain: XmlElement,
  guest: Guest,
): QemuVariant | undefined {
  const values = children(domain, 'qemu:commandline')
    .flatMap((element) => children(element, 'qemu:arg'))
    .map((element) => attribute(element, 'value'))
    .filter((found) => found !== undefined);
  if (values.length === 0) return undefined;
  const words = values.map((value) => wordOf(reader, value));
  const reading = readOptions(reader.uri, words);
  const line = {
    uri: reader.uri,
    binary: '',
    assumed: true,
    command: guest.label,
    span: { ...guest.label, ...guest.extent },
    prefixes: [],
    ...reading,
    openedBy: [guest.label, ...reading.openings.map(({ span }) => span)],
    brokenContinuations: [],
  };
  return { dialect: 'qemu', line, ...lowerCommandLine(line) };
}

/** The guest with what the passed arguments add to it: their devices, backings and nodes are its own. */
export function joinPassed(
  { guest, sources }: { readonly guest: Guest; readonly sources: Sources },
  passed: Guest,
): Guest {
  const join = <T>(own: Collection<T>, added: Collection<T>): Collection<T> => ({
    items: [...own.items, ...added.items],
    openedBy: own.openedBy,
  });
  // QEMU counts these nodes with libvirt's own, libvirt does not: whoever counts them would speak for one only.
  const joinNuma = <T>(own: Collection<T>, added: Collection<T>): Collection<T> =>
    passed.nodes.items.length === 0 ? own : { ...join(own, added), openedBy: [guest.label] };
  const memory = { ...guest.memory, backings: join(guest.memory.backings, passed.memory.backings) };
  const element = sources.get(guest.memory);
  if (element) sources.set(memory, element);
  return {
    ...guest,
    nodes: joinNuma(guest.nodes, passed.nodes),
    distances: joinNuma(guest.distances, passed.distances),
    memory,
    displays: join(guest.displays, passed.displays),
    pci: {
      ...guest.pci,
      buses: join(guest.pci.buses, passed.pci.buses),
      devices: join(guest.pci.devices, passed.pci.devices),
    },
  };
}

function wordOf(reader: Reader, { value, name }: XmlAttribute): Word {
  const range = value ?? name;
  const unknown = !value || isPlaceholder(value.text);
  const piece = {
    text: unknown ? undefined : value.text,
    ...(unknown ? { why: 'placeholder' as const } : {}),
    at: { start: range.start, end: range.end },
    source: { start: range.start, end: range.end },
    exact: value?.text === value?.raw,
    quoting: value?.quote === '"' ? ('xml-double' as const) : ('xml-single' as const),
    via: [],
  };
  return new Word(reader.uri, piece.at, [piece]);
}
