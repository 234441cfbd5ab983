import type { Change } from '../dialects/change.ts';
import type { LibvirtVariant } from '../dialects/document.ts';
import type { ElementTemplate } from '../dialects/libvirt/change.ts';
import { memoryBackingParts } from '../dialects/libvirt/lower/memoryBacking.ts';
import { numatuneOf } from '../dialects/libvirt/numatune.ts';
import { attribute, child, children } from '../syntax/xml/query.ts';
import type { XmlElement } from '../syntax/xml/tree.ts';
import { MiB } from '../values/byteSize.ts';
import type { Mirror } from './mirror.ts';

/** Cells for a domain, each bound to its host node. Undefined where pages are given to cells by their numbers. */
export function mirrorLibvirt(mirror: Mirror, { domain, guest }: LibvirtVariant): Change[] | undefined {
  const { nodes, cores, threads } = mirror;
  const pages = memoryBackingParts(domain, 'hugepages').flatMap((hugepages) => children(hugepages, 'page'));
  const { element, memory, placement } = numatuneOf(domain);
  if (pages.some((page) => attribute(page, 'nodeset')) || placement === 'auto' || placement === 'unknown') {
    return undefined;
  }
  const cpu = child(domain, 'cpu');
  const numa = cpu && child(cpu, 'numa');
  const vcpu = child(domain, 'vcpu');
  // An empty <numa> is a mistake of its own.
  if (!vcpu || (numa && children(numa, 'cell').length === 0)) return undefined;
  const mode = (memory && attribute(memory, 'mode')?.value?.text) ?? 'strict';
  const all = nodes.map(({ hostNode }) => hostNode).join(',');
  const tuning: ElementTemplate = {
    name: 'numatune',
    children: [
      { name: 'memory', attributes: { mode, nodeset: all } },
      ...nodes.map(({ id, hostNode }) => ({
        name: 'memnode',
        attributes: { cellid: String(id), mode, nodeset: String(hostNode) },
      })),
    ],
  };
  const topology = { sockets: nodes.length, cores, threads };
  const cells = nodes.map(cellOf);
  const made: Change[] =
    cpu && !cpu.selfClosing
      ? [
          { op: 'set', entity: guest.topology, field: 'levels', to: topology },
          ...(numa ? joinCells(numa, cells) : [addNuma(cpu, cells)]),
        ]
      : [
          // Two children do not fit into <cpu/> one after the other: another one takes its place.
          ...(cpu ? [{ op: 'remove-element', element: cpu } as const] : []),
          {
            op: 'add-element',
            parent: domain,
            template: {
              name: 'cpu',
              attributes: cpu ? attributesOf(cpu) : {},
              children: [
                { name: 'topology', attributes: spelt(topology) },
                { name: 'numa', children: cells },
              ],
            },
            after: child(domain, 'features') ?? child(domain, 'os') ?? vcpu,
          },
        ];
  return [
    ...(element ? [{ op: 'remove-element', element } as const] : []),
    { op: 'add-element', parent: domain, template: tuning, after: child(domain, 'cputune') ?? vcpu },
    ...made,
  ];
}

const attributesOf = ({ attributes }: XmlElement): Record<string, string> =>
  Object.fromEntries(attributes.flatMap(({ name, value }) => (value ? [[name.text, value.text]] : [])));

const addNuma = (parent: XmlElement, cells: readonly ElementTemplate[]): Change => ({
  op: 'add-element',
  parent,
  template: { name: 'numa', children: cells },
});

/** The cell that there is becomes the first one, and keeps what else is said of it. */
function joinCells(numa: XmlElement, [first, ...others]: readonly ElementTemplate[]): Change[] {
  const [cell] = children(numa, 'cell');
  // A guest of one place has no cell, or one.
  if (!cell || !first) return [];
  const attributes = Object.entries(first.attributes ?? {}).filter(([name]) => name !== 'id');
  return [
    ...attributes.map(([name, text]): Change => ({ op: 'set-attribute', element: cell, name, text })),
    ...(first.children ?? []).map((template): Change => ({ op: 'add-element', parent: cell, template })),
    ...others.map((template): Change => ({ op: 'add-element', parent: numa, template })),
  ];
}

const spelt = (numbers: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)]));

function cellOf({ id, vcpus, size, distances }: Mirror['nodes'][number]): ElementTemplate {
  const siblings = distances.map((value, to) => ({
    name: 'sibling',
    attributes: { id: String(to), value: String(value) },
  }));
  return {
    name: 'cell',
    attributes: { id: String(id), cpus: vcpus.toString(), memory: String(size / MiB), unit: 'MiB' },
    ...(siblings.length > 0 ? { children: [{ name: 'distances', children: siblings }] } : {}),
  };
}
