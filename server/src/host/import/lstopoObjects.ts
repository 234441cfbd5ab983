import { IndexSet } from '../../values/indexSet.ts';
import type { CpuFacts, NodeFacts } from '../facts.ts';
import type { Document } from './document.ts';
import { MAX_CPU, MAX_ID, MAX_NODE, readMask, readWhole } from './numbers.ts';
import { hugePagesOf } from './pages.ts';
import { childrenOf, type Element } from './xml.ts';

/** The objects of a topology that matter here. */
export interface Hwloc {
  readonly nodes: readonly NodeFacts[];
  readonly cpus: readonly CpuFacts[];
  readonly packages: readonly Element[];
  /** Bridges that hang below an object of processors or memory, with the CPUs of that object. */
  readonly roots: readonly { readonly element: Element; readonly cpus: IndexSet | undefined }[];
}

interface Node {
  readonly element: Element;
  readonly id: number;
  /** CPUs that hwloc calls local to it; for a node of memory only, these belong to another node. */
  readonly near: IndexSet;
}

/** What the objects around a processor say about it. */
interface Around {
  readonly cpus: IndexSet | undefined;
  readonly package?: number | undefined;
  readonly die?: number | undefined;
  readonly core?: number | undefined;
  readonly siblings?: IndexSet | undefined;
  readonly l3?: IndexSet | undefined;
}

/** Walks the tree from its outermost object. Types that are not known here are walked through. */
export function readObjects(document: Document, machine: Element): Hwloc {
  const walk = new Walk(document);
  walk.object(machine, { cpus: undefined });
  return {
    nodes: walk.readNodes(),
    cpus: walk.cpus,
    packages: walk.packages,
    roots: walk.roots,
  };
}

class Walk {
  readonly cpus: CpuFacts[] = [];
  readonly packages: Element[] = [];
  readonly roots: Hwloc['roots'][number][] = [];
  readonly #nodes: Node[] = [];
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  object(element: Element, outer: Around): void {
    const { type, cpuset, os_index } = element.attributes;
    if (type === 'Bridge' || type === 'PCIDev') {
      this.roots.push({ element, cpus: outer.cpus });
      return;
    }
    const cpus = readMask(cpuset, MAX_CPU) ?? outer.cpus;
    const index = readWhole(os_index, MAX_ID);
    switch (type) {
      case 'PU':
        this.#cpu(element, outer);
        return;
      case 'NUMANode':
        this.#node(element, cpus ?? IndexSet.empty);
        break;
      // Called so by hwloc 1.
      case 'Socket':
      case 'Package':
        this.packages.push(element);
        this.#inner(element, { ...outer, cpus, package: index });
        return;
      case 'Die':
        this.#inner(element, { ...outer, cpus, die: index });
        return;
      case 'L3Cache':
        this.#inner(element, { ...outer, cpus, l3: cpus });
        return;
      case 'Core':
        this.#inner(element, { ...outer, cpus, core: index, siblings: cpus });
        return;
    }
    this.#inner(element, { ...outer, cpus });
  }

  #inner(element: Element, around: Around): void {
    for (const inner of childrenOf(element, 'object')) this.object(inner, around);
  }

  #cpu(element: Element, around: Around): void {
    const id = readWhole(element.attributes.os_index, MAX_CPU);
    if (id === undefined) {
      this.#document.error(element.at, 'The number of a CPU ("os_index") is not readable: it is left out.');
      return;
    }
    this.cpus.push({
      id,
      package: around.package,
      die: around.die,
      core: around.core,
      siblings: around.siblings?.toString(),
      l3: around.l3?.ranges[0]?.[0],
    });
  }

  #node(element: Element, near: IndexSet): void {
    const id = readWhole(element.attributes.os_index, MAX_NODE);
    if (id === undefined) {
      this.#document.error(element.at, 'The number of a node ("os_index") is not readable: it is left out.');
      return;
    }
    this.#nodes.push({ element, id, near });
  }

  /**
   * For hwloc, a node of memory only is local to CPUs as well, and shares them with the node that the kernel counts
   * them to. That one is nearest to them, and of ordinary memory, and has the lower number.
   */
  readNodes(): NodeFacts[] {
    const online = IndexSet.from(this.cpus.map(({ id }) => id));
    let free = online;
    const owners = [...this.#nodes].sort(
      (a, b) =>
        a.near.size - b.near.size ||
        Number(isSpecial(a.element)) - Number(isSpecial(b.element)) ||
        a.id - b.id,
    );
    const owned = new Map<Node, IndexSet>();
    for (const node of owners) {
      owned.set(node, node.near.intersect(free));
      free = free.subtract(node.near);
    }
    return this.#nodes.map((node) => this.#facts(node, owned.get(node)!));
  }

  #facts({ element, id }: Node, cpus: IndexSet): NodeFacts {
    const bytes = readWhole(element.attributes.local_memory, Number.MAX_SAFE_INTEGER);
    const memoryMiB = bytes === undefined ? undefined : Math.floor(bytes / 1024 / 1024);
    const pools = childrenOf(element, 'page_type').flatMap(({ attributes }) => {
      const size = readWhole(attributes.size, 2 ** 36);
      const total = readWhole(attributes.count, Number.MAX_SAFE_INTEGER);
      return size && size % 1024 === 0 && total !== undefined ? [{ sizeKiB: size / 1024, total }] : [];
    });
    return {
      id,
      cpus: cpus.toString(),
      memoryMiB,
      kind: kindOf(element.attributes.subtype),
      hugePages: hugePagesOf(this.#document, element.at, pools, memoryMiB),
    };
  }
}

function kindOf(subtype: string | undefined): NodeFacts['kind'] {
  switch (subtype) {
    case 'DRAM':
      return 'dram';
    case 'HBM':
    case 'MCDRAM':
      return 'hbm';
    case 'GPUMemory':
      return 'gpu';
    case 'NVM':
      return 'pmem';
    default:
      return subtype?.startsWith('CXL') ? 'cxl' : undefined;
  }
}

const isSpecial = ({ attributes }: Element): boolean => (kindOf(attributes.subtype) ?? 'dram') !== 'dram';
