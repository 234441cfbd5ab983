import type { Gap, Guest } from '../../../guest/guest.ts';
import { parseMachineType } from '../../../guest/machine.ts';
import { mapValue } from '../../../guest/value.ts';
import { child, descendants, textOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Reader } from '../values.ts';
import { lowerAddresses } from './addresses.ts';
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
  const machine = mapValue(reader.attribute(type, 'machine', domain), parseMachineType);
  const processor = lowerProcessor(reader, domain, sources);
  const nodes = lowerNodes(reader, domain, sources);
  const guest: Guest = {
    dialect: 'libvirt',
    name: reader.childText(domain, 'name', domain),
    label,
    extent: domain,
    machine: {
      span: type ? reader.label(type) : label,
      type: machine,
      arch: reader.attribute(type, 'arch', domain),
    },
    topology: lowerTopology(reader, domain, sources),
    memory: lowerMemory(reader, domain, nodes.items, sources),
    nodes,
    distances: lowerDistances(reader, nodes, sources),
    pci: lowerPci(reader, domain, machine, sources),
    threads: lowerThreads(reader, domain, sources),
    processor,
    addresses: lowerAddresses(reader, domain, machine, processor),
    displays: lowerDisplays(reader, domain, sources),
    understood: understoodOf(reader, domain),
  };
  return { guest, sources };
}

/** Elements, and those whose own attributes or text hold a placeholder. */
function understoodOf(reader: Reader, domain: XmlElement): Guest['understood'] {
  const gaps: Gap[] = [];
  let total = 0;
  for (const element of [domain, ...descendants(domain)]) {
    total++;
    const values = element.attributes.map((attribute) =>
      reader.attribute(element, attribute.name.text, element),
    );
    if (textOf(element).range) values.push(reader.text(element, element));
    for (const value of values)
      if (value.state === 'unknown') gaps.push({ span: value.span, why: value.why });
  }
  return { total, gaps };
}
