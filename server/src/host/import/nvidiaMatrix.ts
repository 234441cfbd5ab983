import type { Document } from './document.ts';

/** A GPU's row. */
export interface GpuRow {
  readonly index: number;
  readonly at: number;
  /** By index of the other GPU: the code of how it is reached. */
  readonly links: ReadonlyMap<number, string>;
  /** `NUMA Affinity` and `GPU NUMA ID`, as they are written; undefined where the version has no such column. */
  readonly affinity: string | undefined;
  readonly memoryNode: string | undefined;
}

export interface Matrix {
  /** Offset of the heading. */
  readonly at: number;
  readonly gpus: readonly GpuRow[];
}

/** Terminals are told to underline the heading, files are told so too. */
const ESCAPES = /\x1b\[[\d;]*m/g;
const LABEL = /MIG \S+|\S+/g;
const GPU = /^GPU(\d{1,3})$/;
/** Newer versions have all three, older ones the first, or the first two. */
const COLUMNS = /CPU Affinity|NUMA Affinity|GPU NUMA ID/g;
/** Where a wide table was pasted, tabs may be lost, and codes stand without a blank between them. */
const CODE = /\s*(NV\d{1,3}|PIX|PXB|PHB|NODE|SYS|SOC|X(?![A-Z])|[A-Z]\S*)/y;

interface Heading {
  readonly at: number;
  /** Names of the matrix's columns. */
  readonly labels: readonly string[];
  /** Names of the columns behind the matrix. */
  readonly columns: readonly string[];
}

/** Finds the matrix in the text and reads the rows of GPUs. Says on the document what is damaged. */
export function readMatrix(document: Document): Matrix | undefined {
  let heading: Heading | undefined;
  const gpus: GpuRow[] = [];
  let at = 0;
  for (const raw of document.text.split('\n')) {
    const line = raw.replace(ESCAPES, '').trimEnd();
    if (!heading) {
      heading = readHeading(line, at);
    } else if (/^\s*(?:NIC )?Legend\b/.test(line)) {
      break;
    } else {
      const row = readRow(document, heading, line, at);
      if (row && !gpus.some(({ index }) => index === row.index)) gpus.push(row);
    }
    at += raw.length + 1;
  }
  if (!heading) {
    explainAbsence(document);
    return undefined;
  }
  const expected = heading.labels.filter((label) => GPU.test(label));
  const missing = expected.filter((label) => !gpus.some(({ index }) => label === `GPU${index}`));
  if (missing.length > 0) {
    const names = missing.slice(0, 8).join(', ');
    document.error(
      heading.at,
      `The heading names ${names}, without a row that can be read: give the whole output.`,
    );
  }
  return { at: heading.at, gpus };
}

function readHeading(line: string, at: number): Heading | undefined {
  const end = line.search(COLUMNS);
  const labels: readonly string[] = (end === -1 ? line : line.slice(0, end)).match(LABEL) ?? [];
  if (!labels[0] || !GPU.test(labels[0]) || labels.includes('X')) return undefined;
  return { at, labels, columns: line.match(COLUMNS) ?? [] };
}

function readRow(
  document: Document,
  { labels, columns }: Heading,
  line: string,
  at: number,
): GpuRow | undefined {
  const label = line.match(LABEL)?.[0];
  const index = GPU.exec(label ?? '')?.[1];
  if (label === undefined || index === undefined || !labels.includes(label)) return undefined;
  CODE.lastIndex = line.indexOf(label) + label.length;
  const codes: string[] = [];
  while (codes.length < labels.length) {
    const start = CODE.lastIndex;
    const code = CODE.exec(line)?.[1];
    if (code === undefined) {
      CODE.lastIndex = start;
      break;
    }
    codes.push(code === 'SOC' ? 'SYS' : code);
  }
  const rest = line
    .slice(CODE.lastIndex)
    .split(/\s+/)
    .filter((word) => word !== '');
  // Cells without a value may be empty; a row that is whole then still ends in N/A.
  const complete = rest.length === columns.length || rest.at(-1) === 'N/A';
  const own = codes[labels.indexOf(label)];
  if (codes.length < labels.length || own !== 'X' || !complete) {
    document.error(
      at,
      `The row of ${label} does not fit the heading: give the whole output, as it was printed.`,
    );
    return undefined;
  }
  const known = rest.length === columns.length ? rest : [];
  const links = labels.flatMap((other, column) => {
    const number = GPU.exec(other)?.[1];
    return number === undefined || other === label ? [] : [[Number(number), codes[column]!] as const];
  });
  return {
    index: Number(index),
    at,
    links: new Map(links),
    affinity: known[columns.indexOf('NUMA Affinity')],
    memoryNode: known[columns.indexOf('GPU NUMA ID')],
  };
}

function explainAbsence(document: Document): void {
  const failed = /NVIDIA-SMI has failed|No devices were found|couldn't communicate/i.exec(document.text);
  if (failed) {
    document.error(
      failed.index,
      'nvidia-smi saw no GPU, as where all are bound to vfio-pci: take its output before they are.',
    );
  } else {
    document.error(
      0,
      'There is no heading such as "GPU0 GPU1 … CPU Affinity" in here: give nvidia-smi topo -m.',
    );
  }
}
