import { IndexSet } from '../values/indexSet.ts';
import { checkCpus, checkRanges } from './checkCpus.ts';
import { checkDevices } from './checkDevices.ts';
import { type Contradiction, repeated, setOf } from './contradiction.ts';
import type { HostProfile } from './profile.ts';

/** Finds what contradicts itself in a profile that has the right form. */
export const checkProfile = (profile: HostProfile): Contradiction[] => [
  ...checkRanges(profile),
  ...checkNodes(profile),
  ...checkDistances(profile),
  ...checkMemory(profile),
  ...checkCpus(profile),
  ...checkDevices(profile),
  ...checkVolatile(profile),
];

function* checkNodes({ nodes, isolatedCpus, offlineCpus }: HostProfile): Generator<Contradiction> {
  for (const [index, id] of repeated(nodes, (node) => node.id)) {
    yield { path: ['nodes', index, 'id'], message: `Node ${id} stands here twice: remove one of the two.` };
  }
  const owners = new Map<number, number>();
  let online = IndexSet.empty;
  for (const [index, { id, cpus }] of nodes.entries()) {
    const own = setOf(cpus);
    const shared = own.intersect(online);
    if (!shared.isEmpty) {
      const [first] = shared;
      const message = `CPU ${shared} is in node ${owners.get(first!)} already: a CPU has one node, so remove it from one of them.`;
      yield { path: ['nodes', index, 'cpus'], message };
    }
    for (const cpu of own) if (!owners.has(cpu)) owners.set(cpu, id);
    online = online.union(own);
  }
  if (nodes.every(({ cpus }) => cpus === '')) {
    yield { path: ['nodes'], message: 'No node has a CPU: give the nodes their "cpus".' };
  }
  const offline = setOf(offlineCpus ?? '');
  const both = offline.intersect(online);
  if (!both.isEmpty) {
    yield {
      path: ['offlineCpus'],
      message: `CPU ${both} is in a node, where only CPUs that are online stand.`,
    };
  }
  const strangers = setOf(isolatedCpus ?? '')
    .subtract(online)
    .subtract(offline);
  if (!strangers.isEmpty) {
    yield {
      path: ['isolatedCpus'],
      message: `CPU ${strangers} is in no node: correct the list or the nodes.`,
    };
  }
}

function* checkDistances({ nodes }: HostProfile): Generator<Contradiction> {
  const ids = nodes.map(({ id }) => String(id));
  const known = new Set(ids);
  for (const [index, { id, distances }] of nodes.entries()) {
    if (!distances) continue;
    const path = ['nodes', index, 'distances'];
    for (const to of Object.keys(distances)) {
      if (known.has(to)) continue;
      yield { path: [...path, to], message: `There is no node ${to}: the nodes are ${ids.join(', ')}.` };
    }
    const missing = ids.filter((to) => distances[to] === undefined);
    if (missing.length > 0) {
      yield {
        path,
        message: `The distance to node ${missing.join(', ')} is missing: give one to every node.`,
      };
    }
    const own = distances[id];
    const nearer = ids.find((to) => own !== undefined && distances[to]! < own);
    if (nearer !== undefined) {
      const message = `Node ${nearer} is nearer than the node itself (${distances[nearer]} and ${own}): a node is nearest to itself.`;
      yield { path: [...path, nearer], message };
    }
  }
}

function* checkMemory({ nodes, pageSizesKiB }: HostProfile): Generator<Contradiction> {
  for (const [index, { id, memoryMiB, hugePages = [] }] of nodes.entries()) {
    const path = ['nodes', index, 'hugePages'];
    for (const [at, size] of repeated(hugePages, ({ sizeKiB }) => sizeKiB)) {
      yield {
        path: [...path, at, 'sizeKiB'],
        message: `Pages of ${size} KiB stand here twice: join the two.`,
      };
    }
    for (const [at, { sizeKiB }] of hugePages.entries()) {
      if (!pageSizesKiB || pageSizesKiB.includes(sizeKiB)) continue;
      const message = `Pages of ${sizeKiB} KiB are not among "pageSizesKiB" (${pageSizesKiB.join(', ')}): add them there, or correct the size.`;
      yield { path: [...path, at, 'sizeKiB'], message };
    }
    const reserved = hugePages.reduce((sum, { sizeKiB, total }) => sum + sizeKiB * total, 0) / 1024;
    // Memory was rounded down to whole MiB.
    if (memoryMiB !== undefined && reserved >= memoryMiB + 1) {
      const message = `Huge pages of ${Math.round(reserved)} MiB are more than the ${memoryMiB} MiB that node ${id} has: correct one of the two.`;
      yield { path, message };
    }
  }
}

function* checkVolatile({ nodes, volatile }: HostProfile): Generator<Contradiction> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const [index, { id, freeMiB, freePages = [] }] of (volatile?.nodes ?? []).entries()) {
    const path = ['volatile', 'nodes', index];
    const node = byId.get(id);
    if (!node) {
      yield { path: [...path, 'id'], message: `There is no node ${id}.` };
      continue;
    }
    if (freeMiB !== undefined && node.memoryMiB !== undefined && freeMiB > node.memoryMiB) {
      const message = `${freeMiB} MiB are free of the ${node.memoryMiB} MiB that node ${id} has: correct one of the two.`;
      yield { path: [...path, 'freeMiB'], message };
    }
    for (const [at, { sizeKiB, free }] of freePages.entries()) {
      const total = node.hugePages?.find((pages) => pages.sizeKiB === sizeKiB)?.total;
      if (total === undefined || free <= total) continue;
      const message = `${free} pages of ${sizeKiB} KiB are free of the ${total} that node ${id} has: correct one of the two.`;
      yield { path: [...path, 'freePages', at, 'free'], message };
    }
  }
}
