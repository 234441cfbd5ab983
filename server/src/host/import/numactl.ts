import { IndexSet } from '../../values/indexSet.ts';
import type { HostFacts, NodeFacts } from '../facts.ts';
import { type Document, type Importer, readDocument } from './document.ts';
import { MAX_CPU, MAX_NODE, readList, readWhole } from './numbers.ts';

const SOURCE = 'numactl -H';

interface Node {
  cpus: IndexSet | undefined;
  memoryMiB: number | undefined;
  distances: Record<string, number> | undefined;
}

/** A line without what comes before it where people quote: `> `, `# `, ` * `. */
const QUOTED = /^[\s>#*|]*/;
const FACT = /\bnode (\d{1,5}) (cpus|size|free):((?:(?!\bnode\b).)*)/g;
const HEADING = /^node((?:\s+\d{1,5})+)\s*$/;
const ROW = /^(\d{1,5}):((?:\s+\d{1,5})*)\s*$/;

/**
 * Reads `numactl -H` (also called `--hardware`), as printed or as pasted into a mail: a prompt, quoting marks and
 * other text around it are passed over. Gives nodes with CPUs, memory and distances. What it calls MB are MiB. Free
 * memory is left out, as nothing tells when it was free.
 */
export const importNumactl: Importer = (text, file) =>
  readDocument(SOURCE, text, file, (document) => {
    const reader = new Reader(document);
    let at = 0;
    for (const line of text.split('\n')) {
      reader.line(line.replace(QUOTED, '').trimEnd(), at);
      at += line.length + 1;
    }
    return reader.facts();
  });

class Reader {
  readonly #document: Document;
  readonly #nodes = new Map<number, Node>();
  /** From `available: 2 nodes (0-1)`. */
  #available: { readonly at: number; readonly nodes: IndexSet } | undefined;
  /** Nodes in the order of the columns of distances. */
  #columns: readonly number[] | undefined;
  /** The node whose CPUs a mail program may have broken into several lines. */
  #unfinished: Node | undefined;
  #withoutDistances = false;

  constructor(document: Document) {
    this.#document = document;
  }

  line(line: string, at: number): void {
    const row = this.#columns && ROW.exec(line);
    if (row) {
      this.#distances(row[1]!, row[2]!, at);
      return;
    }
    const unfinished = this.#unfinished;
    this.#unfinished = undefined;
    if (unfinished && /^\d[\d ]*$/.test(line)) {
      this.#addCpus(unfinished, line, at);
      return;
    }
    const heading = HEADING.exec(line);
    if (heading) {
      this.#columns = heading[1]!.trim().split(/\s+/).map(Number);
      return;
    }
    const available = /\bavailable: \d+ nodes? \(([\d,-]+)\)/.exec(line);
    const nodes = available && readList(available[1]!, MAX_NODE);
    if (nodes) this.#available = { at, nodes };
    if (line.includes('No distance information')) this.#withoutDistances = true;
    for (const [, number, what, value] of line.matchAll(FACT)) this.#fact(Number(number), what!, value!, at);
  }

  #fact(id: number, what: string, value: string, at: number): void {
    if (id > MAX_NODE) {
      this.#document.error(at, `There is no node ${id}: they are counted up to ${MAX_NODE}.`);
      return;
    }
    const node = this.#nodes.get(id) ?? { cpus: undefined, memoryMiB: undefined, distances: undefined };
    this.#nodes.set(id, node);
    if (what === 'cpus') {
      node.cpus ??= IndexSet.empty;
      this.#addCpus(node, value, at);
    }
    if (what !== 'size' || value.includes('not available')) return;
    const size = /^\s*(\d{1,12}) MB\b/.exec(value)?.[1];
    if (size === undefined)
      this.#document.error(at, `The size of node ${id} is no number of MB: it is left out.`);
    else node.memoryMiB = Number(size);
  }

  #addCpus(node: Node, list: string, at: number): void {
    const cpus = list.split(/\s+/).filter((word) => word !== '');
    const numbers = cpus.flatMap((cpu) => readWhole(cpu, MAX_CPU) ?? []);
    if (numbers.length < cpus.length) {
      this.#document.error(at, 'Not all of these are numbers of CPUs: the others are left out.');
    }
    const set = IndexSet.from(numbers);
    const taken = IndexSet.of([...this.#nodes.values()].flatMap(({ cpus: own }) => own?.ranges ?? []));
    const twice = set.intersect(taken);
    if (!twice.isEmpty) {
      this.#document.error(
        at,
        `CPU ${twice} is in another node as well, as with numa=fake: it is read as of the first one only.`,
      );
    }
    node.cpus = (node.cpus ?? IndexSet.empty).union(set.subtract(taken));
    this.#unfinished = node;
  }

  #distances(id: string, row: string, at: number): void {
    const columns = this.#columns!;
    const values = row.trim().split(/\s+/).map(Number);
    const distances = Object.fromEntries(columns.map((to, i) => [to, values[i] ?? 0]));
    // Firmware counts from 10, which is the node itself; the kernel takes nothing less.
    const sound = values.length === columns.length && values.every((value) => value >= 10 && value <= 255);
    const node = this.#nodes.get(Number(id));
    if (!sound || !node || values.some((value) => value < (distances[id] ?? 0))) {
      this.#document.error(at, `The distances of node ${id} are damaged: they are left out.`);
    } else {
      node.distances = distances;
    }
  }

  facts(): Omit<HostFacts, 'source'> {
    if (this.#nodes.size === 0) {
      const none = /No NUMA|not support NUMA/i.exec(this.#document.text);
      if (none) this.#document.error(none.index, 'The machine has no NUMA support: give another source.');
      else this.#document.error(0, `No line is of ${SOURCE}, such as "node 0 cpus: 0 1": give its output.`);
      return {};
    }
    this.#checkWhole();
    const nodes = [...this.#nodes].map(
      ([id, { cpus, ...rest }]): NodeFacts => ({ id, cpus: cpus?.toString(), ...rest }),
    );
    return { nodes };
  }

  /** A paste that lacks its beginning or its end gives a machine that is too small. */
  #checkWhole(): void {
    const seen = IndexSet.from(this.#nodes.keys());
    const missing = this.#available?.nodes.subtract(seen);
    if (missing && !missing.isEmpty) {
      this.#document.error(
        this.#available!.at,
        `Nodes ${this.#available!.nodes} are announced, and node ${missing} is missing: give the whole output.`,
      );
    } else if (!this.#available) {
      this.#document.note(0, 'The line "available: … nodes" is missing: give the whole output.');
    }
    const nodes = [...this.#nodes.values()];
    if (!this.#withoutDistances && nodes.some(({ distances }) => distances === undefined)) {
      const end = this.#document.text.trimEnd().length;
      this.#document.error(end, 'Not all nodes have distances here: give the whole output.');
    }
  }
}
