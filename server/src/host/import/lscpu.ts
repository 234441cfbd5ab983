import { locateJson } from '../../text/jsonPlaces.ts';
import { groupBy } from '../../values/groupBy.ts';
import { IndexSet } from '../../values/indexSet.ts';
import type { CpuFacts, HostFacts, NodeFacts } from '../facts.ts';
import { type Document, type Importer, readDocument } from './document.ts';
import { architecture, cpuVendor, MAX_CPU, MAX_ID, MAX_NODE, readList, readWhole } from './numbers.ts';

const SOURCE = 'lscpu -J';

type Json = Record<string, unknown>;

/**
 * Reads `lscpu -J` (util-linux), flat as up to version 2.36 or nested as since, and the table of `lscpu -J -e`. Gives
 * the architecture, the size of addresses, the nodes' CPUs, and from the table siblings. Numbers of cores are left
 * out: lscpu counts them anew, through the whole machine, unlike the kernel.
 */
export const importLscpu: Importer = (text, file) =>
  readDocument(SOURCE, text, file, (document) => {
    const content = parse(document);
    if (!content) return {};
    const fields = content.lscpu;
    const table = content.cpus;
    if (Array.isArray(fields)) return readFields(document, collect(fields));
    if (Array.isArray(table)) return readTable(document, table.filter(isRecord));
    document.error(0, `There is neither "lscpu" nor "cpus" in here: give the output of ${SOURCE}.`);
    return {};
  });

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(document: Document): Json | undefined {
  const { text } = document;
  const start = text.indexOf('{');
  if (start === -1) {
    document.error(0, `This is no JSON: give the output of ${SOURCE}, with the -J.`);
    return undefined;
  }
  // A prompt may stand before the output, and another one behind it.
  const json = text.slice(start, Math.max(start + 1, text.lastIndexOf('}') + 1));
  try {
    const value: unknown = JSON.parse(json);
    if (isRecord(value)) return value;
  } catch {
    const wrong = whereDamaged(json);
    const at = wrong && start + wrong.at.start;
    document.error(
      at,
      `The JSON is damaged: ${wrong?.message ?? 'It cannot be read.'} Save the whole output of ${SOURCE} again.`,
    );
  }
  return undefined;
}

/** JSON.parse() tells the place of some mistakes only. */
function whereDamaged(json: string): ReturnType<typeof locateJson>['error'] {
  try {
    return locateJson(json).error;
  } catch {
    // Nested so deeply that no place can be told.
    return undefined;
  }
}

/** All fields by name, however deep: newer versions group them. */
function collect(fields: readonly unknown[]): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = [...fields];
  for (let field = waiting.pop(); field !== undefined; field = waiting.pop()) {
    if (!isRecord(field)) continue;
    const { field: name, data, children } = field;
    if (typeof name === 'string') found.set(name.replace(/:$/, ''), typeof data === 'string' ? data : '');
    if (Array.isArray(children)) for (const child of children as unknown[]) waiting.push(child);
  }
  return found;
}

function readFields(document: Document, fields: Map<string, string>): Omit<HostFacts, 'source'> {
  if (!fields.has('Architecture')) {
    document.error(0, `There is no field "Architecture:" in here: give all output of LC_ALL=C ${SOURCE}.`);
  }
  const list = (name: string): IndexSet | undefined => {
    const set = readList(fields.get(name) ?? '', MAX_CPU);
    if (!set) document.error(placeOf(document, name), `"${name}" is no list of CPUs: it is left out.`);
    return set;
  };
  const nodes = [...fields.keys()].flatMap((name): NodeFacts[] => {
    const id = readWhole(/^NUMA node(\d+) CPU\(s\)$/.exec(name)?.[1], MAX_NODE);
    return id === undefined ? [] : [{ id, cpus: list(name)?.toString() }];
  });
  checkCount(document, fields, nodes);
  const arch = architecture(fields.get('Architecture'));
  const vendor = cpuVendor(fields.get('Vendor ID') ?? '');
  const bits = readWhole(/^(\d+) bits physical/.exec(fields.get('Address sizes') ?? '')?.[1], 64);
  const offline = list('Off-line CPU(s) list');
  return {
    ...(arch && { arch }),
    ...(vendor && { cpuVendor: vendor }),
    ...(bits !== undefined && bits >= 32 && { physicalAddressBits: bits }),
    ...(fields.has('Hypervisor vendor') && { isGuest: true }),
    ...(offline && !offline.isEmpty && { offlineCpus: offline.toString() }),
    ...(nodes.length > 0 && { nodes: nodes.sort((a, b) => a.id - b.id) }),
  };
}

function checkCount(document: Document, fields: Map<string, string>, nodes: readonly NodeFacts[]): void {
  const count = fields.get('NUMA node(s)');
  if (count === undefined) {
    document.note(undefined, 'No nodes are listed: lscpu could not see them. Give another source as well.');
  } else if (Number(count) !== nodes.length) {
    const at = placeOf(document, 'NUMA node(s)');
    document.error(
      at,
      `${count} nodes are announced, and ${nodes.length} are listed: give the whole output.`,
    );
  }
}

const placeOf = ({ text }: Document, name: string): number => Math.max(0, text.indexOf(name));

const cpusOf = (rows: readonly { readonly id: number }[]): IndexSet =>
  IndexSet.from(rows.map(({ id }) => id));

/** A row for each CPU; its numbers are texts in older versions. */
function readTable(document: Document, rows: readonly Json[]): Omit<HostFacts, 'source'> {
  const number = (value: unknown, max: number): number | undefined =>
    typeof value === 'string' || typeof value === 'number' ? readWhole(String(value), max) : undefined;
  const isOff = ({ online }: Json): boolean => online === false || online === 'no';
  const known = rows.flatMap((row) => {
    const id = number(row.cpu, MAX_CPU);
    if (id !== undefined) return [{ id, row }];
    document.error(placeOf(document, '"cpus"'), 'A row has no number of a CPU: it is left out.');
    return [];
  });
  const online = known.filter(({ row }) => !isOff(row));
  const cores = groupBy(online, ({ row }) => number(row.core, MAX_ID));
  const cpus = online.map(({ id, row }): CpuFacts => {
    const siblings = cores.get(number(row.core, MAX_ID) ?? -1);
    return {
      id,
      package: number(row.socket, MAX_ID),
      siblings: siblings && cpusOf(siblings).toString(),
    };
  });
  const nodes = [...groupBy(online, ({ row }) => number(row.node, MAX_NODE))].map(
    ([id, members]): NodeFacts => ({ id, cpus: cpusOf(members).toString() }),
  );
  if (nodes.length === 0)
    document.note(undefined, 'The table has no column of nodes: give lscpu -J -e as it is.');
  const offline = cpusOf(known.filter(({ row }) => isOff(row)));
  return {
    cpus,
    ...(nodes.length > 0 && { nodes }),
    ...(!offline.isEmpty && { offlineCpus: offline.toString() }),
  };
}
