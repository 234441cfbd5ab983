import { findBusNumber } from '../../../dialects/busNumbers.ts';
import { effective, isKnown } from '../../../guest/value.ts';
import { qemuSize } from '../../../values/byteSize.ts';
import { type Completion, completion, type Insertion } from '../completion.ts';
import type { QemuCursor } from './cursor.ts';
import { quoted, type Site } from './draft.ts';

/** Several options that only make sense together, each as the text of its words. */
interface Pattern {
  readonly label: string;
  readonly detail: string;
  readonly options: readonly Insertion[];
}

/**
 * Whole patterns at a place where an option is to be written.
 * @param text of the document
 */
export function completePatterns(text: string, cursor: QemuCursor, site: Site): Completion[] {
  const separator = separatorFor(text, site, cursor.inVariable);
  return patternsFor(cursor).map(({ label, detail, options }) =>
    completion({
      label,
      kind: 'pattern',
      range: site.range,
      insertion: options.flatMap((option, i) => [
        ...(i > 0 ? [separator] : []),
        ...option.flatMap((part, j) =>
          j > 0 || typeof part !== 'string' ? quoted(site, [part]) : words(site, part),
        ),
      ]),
      detail,
      rank: 0,
    }),
  );
}

/** `-numa node,nodeid=0`: the blank between the words is the shell's. */
function words(site: Site, text: string): Insertion {
  const [name = '', argument = ''] = text.split(' ', 2);
  return [name, ' ', ...quoted(site, [argument])];
}

function patternsFor(cursor: QemuCursor): Pattern[] {
  return [numaNode(cursor), passthrough(cursor), hugePages(cursor)];
}

function numaNode({ line, reading: { guest } }: QemuCursor): Pattern {
  const numbers = guest.nodes.items.map((node) => effective(node.id) ?? -1);
  const node = Math.max(-1, ...numbers) + 1;
  const id = freeId(line.options, 'mem', node);
  return {
    label: '-numa node with its memory backend',
    detail: 'memory of one host node, and the guest node it belongs to',
    options: [
      [
        `-object memory-backend-ram,id=${id},size=`,
        { stop: 1, text: '4G' },
        ',host-nodes=',
        { stop: 2, text: String(node) },
        ',policy=bind',
      ],
      [`-numa node,nodeid=${node},memdev=${id},cpus=`, { stop: 3, text: '0-3' }],
    ],
  };
}

function passthrough({ line, reading: { guest } }: QemuCursor): Pattern {
  const expander = freeId(line.options, 'pxb', 0);
  const port = freeId(line.options, 'rp', 0);
  const number = findBusNumber(guest, 2, [], []) ?? 128;
  const chassis = guest.pci.buses.items.map((bus) => (isKnown(bus.chassis) ? bus.chassis.value : 0));
  return {
    label: '-device vfio-pci below a root port of its own guest node',
    detail: 'pxb-pcie with a node, a root port on it, and the GPU in the port',
    options: [
      [`-device pxb-pcie,id=${expander},bus=pcie.0,bus_nr=${number},numa_node=`, { stop: 1, text: '0' }],
      [`-device pcie-root-port,id=${port},bus=${expander},chassis=${Math.max(0, ...chassis) + 1}`],
      ['-device vfio-pci,host=', { stop: 2, text: '0000:01:00.0' }, `,bus=${port}`],
    ],
  };
}

function hugePages({ line, reading: { guest } }: QemuCursor): Pattern {
  const id = freeId(line.options, 'mem', 0);
  const { size: ram } = guest.memory;
  const size = isKnown(ram) && ram.value > 0n ? qemuSize(ram.value) : '4G';
  const object: Insertion = [
    `-object memory-backend-memfd,id=${id},size=`,
    { stop: 1, text: size },
    ',hugetlb=on,hugetlbsize=',
    { stop: 2, text: '2M' },
    ',prealloc=on',
  ];
  // With guest nodes their own backends hold all of the memory.
  const isWhole = guest.nodes.items.length === 0;
  return {
    label: '-object memory-backend-memfd in huge pages',
    detail: isWhole ? 'all of the memory, reserved at the start' : 'memory that is reserved at the start',
    options: isWhole ? [object, [`-machine memory-backend=${id}`]] : [object],
  };
}

/** The first name of the kind `mem0` that nothing has, counted from a number. */
function freeId(options: QemuCursor['line']['options'], stem: string, from: number): string {
  const taken = new Set(
    options.map((option) => {
      const id = option.value('id');
      return isKnown(id) ? id.value : undefined;
    }),
  );
  let number = from;
  while (taken.has(`${stem}${number}`)) number++;
  return `${stem}${number}`;
}

/** How options are kept apart where the first one of its line starts at a place. */
function separatorFor(text: string, { range, quoting }: Site, inVariable: boolean): string {
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const indent = text.slice(lineStart, range.start);
  if (indent.trim() !== '' || lineStart === 0 || quoting !== 'bare') return ' ';
  const newline = text[lineStart - 2] === '\r' ? '\r\n' : '\n';
  if (/\\\r?\n$/.test(text.slice(0, lineStart))) return ` \\${newline}${indent}`;
  return inVariable ? newline + indent : ' ';
}
