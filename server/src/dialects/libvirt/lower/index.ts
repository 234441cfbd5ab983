import type { Gap, Guest, Understood } from '../../../guest/guest.ts';
import { parseMachineType } from '../../../guest/machine.ts';
import { mapValue, unknown, type Value } from '../../../guest/value.ts';
import { child, descendants, textOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { mayGainChildren } from '../templates.ts';
import { isPlaceholder, type Reader } from '../values.ts';
import { lowerAddresses } from './addresses.ts';
import { Backings } from './backings.ts';
import { lowerDisplays } from './displays.ts';
import { lowerDistances } from './distances.ts';
import { lowerMemory, lowerNodes } from './memory.ts';
import { lowerPci } from './pci.ts';
import { lowerProcessor } from './processor.ts';
import type { Sources } from './sources.ts';
import { lowerThreads } from './threads.ts';
import { lowerTopology } from './topology.ts';

/** Reads a `<domain>` as a guest; `sources` leads from its entities back to their elements. */
export function lowerDomain(reader: Reader, domain: XmlElement): { guest: Guest; sources: Sources } {
  const sources: Sources = new Map();
  const label = reader.label(domain);
  const os = child(domain, 'os');
  const type = os && child(os, 'type');
  const ofType = (name: string): Value<string> =>
    !type && mayGainChildren(os ?? domain)
      ? unknown('placeholder', reader.label(os ?? domain))
      : reader.attribute(type, name, domain);
  const machine = mapValue(ofType('machine'), parseMachineType);
  const processor = lowerProcessor(reader, domain, sources);
  const backings = new Backings(reader, domain, sources);
  const nodes = lowerNodes(reader, domain, backings, sources);
  const guest: Guest = {
    dialect: 'libvirt',
    name: reader.childText(domain, 'name', domain),
    label,
    extent: domain,
    machine: {
      span: type ? reader.label(type) : label,
      type: machine,
      arch: ofType('arch'),
    },
    topology: lowerTopology(reader, domain, sources),
    memory: lowerMemory(reader, domain, nodes.items, backings, sources),
    nodes,
    distances: lowerDistances(reader, nodes, sources),
    pci: lowerPci(reader, domain, machine, sources),
    threads: lowerThreads(reader, domain, sources),
    processor,
    addresses: lowerAddresses(reader, domain, machine, processor),
    displays: lowerDisplays(reader, domain, sources),
    understood: () => understoodOf(reader, domain),
  };
  return { guest, sources };
}

/** Elements, and those whose own attributes or text hold a placeholder. */
function understoodOf(reader: Reader, domain: XmlElement): Understood {
  const gaps: Gap[] = [];
  const inner = descendants(domain);
  gather(reader, domain, gaps);
  for (const element of inner) gather(reader, element, gaps);
  return { total: 1 + inner.length, gaps };
}

function gather(reader: Reader, element: XmlElement, gaps: Gap[]): void {
  for (const attribute of element.attributes) {
    const { value } = attribute;
    if (!value) gaps.push({ span: reader.span(attribute), why: 'malformed' });
    else if (isPlaceholder(value.text)) gaps.push({ span: reader.span(value), why: 'placeholder' });
  }
  const { text, range } = textOf(element);
  if (range && isPlaceholder(text)) gaps.push({ span: reader.span(range), why: 'placeholder' });
}
