import type { ModelChange } from '../../guest/change.ts';
import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { nodeName, ramSize, sizeOf } from '../../guest/queries.ts';
import { effective, isKnown, malformed, placeOf } from '../../guest/value.ts';
import { type Bytes, formatBytes, KiB, MiB } from '../../values/byteSize.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { capital, counted } from './wording.ts';

export default defineRule({
  name: 'numa-memory-sum',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'The guest nodes add up to another size than the guest has.',
  sources: [
    {
      title: 'QEMU: total memory for NUMA nodes should equal RAM size',
      ref: 'hw/core/numa.c: numa_complete_configuration',
    },
    { title: 'libvirt: the cells win', ref: 'src/conf/domain_postparse.c: virDomainDefPostParseMemory' },
  ],
  since: '0.1.0',
  check(context) {
    if (context.guest.dialect === 'libvirt') reportCellsWithoutSize(context);
    const sizes = nodeSizes(context.guest);
    if (!sizes) return;
    const sum = sizes.reduce((total, size) => total + size, 0n);
    if (context.guest.dialect === 'qemu') reportQemu(context, sizes, sum);
    else reportLibvirt(context, sizes, sum);
  },
});

/** The size of each node, 0 where it has none; undefined where one is not known or none has any. */
function nodeSizes(guest: Guest): readonly Bytes[] | undefined {
  const nodes = complete(guest.nodes);
  if (!nodes?.some((node) => node.size.state !== 'absent' || isKnown(node.backing.id))) return undefined;
  const sizes = nodes.map((node) =>
    guest.dialect === 'qemu' && node.size.state === 'absent' && node.backing.id.state === 'absent'
      ? 0n
      : sizeOf(node),
  );
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

function reportQemu({ guest, report }: GuestContext, sizes: readonly Bytes[], sum: Bytes): void {
  const ram = ramSize(guest);
  if (ram === undefined || ram === sum) return;
  const { size } = guest.memory;
  const said = isKnown(size)
    ? `the guest has ${formatBytes(ram)}`
    : `without -m the guest has ${formatBytes(ram)}`;
  report({
    message:
      `${capital(nodesOf(sizes))} ${formatBytes(sum)}, but ${said}: QEMU stops with "total memory for NUMA nodes ` +
      `(0x${sum.toString(16)}) should equal RAM size (0x${ram.toString(16)})".`,
    at: placeOf(size),
    about: [guest.memory, ...guest.nodes.items],
    fixes: fixesFor(guest, sizes, ram, sum),
  });
}

/** The <memory> of a domain includes its memory devices. */
function reportLibvirt({ guest, report }: GuestContext, sizes: readonly Bytes[], cells: Bytes): void {
  const { size, inDevices } = guest.memory;
  const devices = effective(inDevices);
  if (!isKnown(size) || devices === undefined) return;
  const sum = cells + devices;
  const difference = size.value - sum;
  // libvirt itself rounds sizes up to whole MiB, and writes them so.
  if (-MiB < difference && difference < MiB) return;
  const [taken, said] = distinct(sum, size.value);
  const beside = devices === 0n ? '' : ` with the ${formatBytes(devices)} of memory devices`;
  report({
    severity: 'warning',
    message:
      `${capital(nodesOf(sizes))} ${taken}${beside}, but <memory> says ${said}: libvirt silently takes the sum, and ` +
      `the guest gets ${taken}.`,
    at: size.span,
    about: [guest.memory, ...guest.nodes.items],
    fixes: [{ ...setRam(guest, sum), applicability: 'safe' }, ...scale(guest, sizes, size.value - devices)],
  });
}

/** Two sizes as people say them, unless they would read the same. */
const distinct = (a: Bytes, b: Bytes): [string, string] =>
  formatBytes(a) === formatBytes(b) ? [`${a / KiB} KiB`, `${b / KiB} KiB`] : [formatBytes(a), formatBytes(b)];

const nodesOf = (sizes: readonly Bytes[]): string =>
  sizes.length === 1 ? 'the guest node has' : `the ${counted(sizes.length, 'guest node')} add up to`;

/** libvirt wants a size on every cell, and says so before it adds them up. */
function reportCellsWithoutSize({ guest, report }: GuestContext): void {
  // Nodes that are handed to QEMU behind libvirt's back are no cells.
  for (const node of complete(guest.nodes) ?? []) {
    const empty = malformed(node.size) === '';
    if (node.size.state !== 'absent' && !empty) continue;
    const rest = restFor(guest, node);
    report({
      message:
        `${capital(nodeName(node))} has ${empty ? 'an empty' : 'no'} memory=: libvirt refuses the domain with "missing element or attribute ` +
        "'./@memory'\".",
      at: empty ? placeOf(node.size) : node.label,
      about: node,
      fixes:
        rest === undefined
          ? []
          : [
              {
                title: `Give it the ${formatBytes(rest)} that the other nodes leave`,
                applicability: 'suggestion',
                changes: [{ op: 'set', entity: node, field: 'size', to: rest }],
              },
            ],
    });
  }
}

function restFor(guest: Guest, node: GuestNode): Bytes | undefined {
  const total = effective(guest.memory.size);
  const devices = effective(guest.memory.inDevices);
  const others = complete(guest.nodes)
    ?.filter((other) => other !== node)
    .map(sizeOf);
  if (total === undefined || devices === undefined || !others?.every((size) => size !== undefined))
    return undefined;
  const rest = others.reduce((left, size) => left - size, total - devices);
  return rest > 0n ? rest : undefined;
}

/** A number of bytes where MiB were meant is not what the guest's size should follow. */
function fixesFor(guest: Guest, sizes: readonly Bytes[], ram: Bytes, sum: Bytes): Fix[] {
  const scaled = scale(guest, sizes, ram);
  return sum < MiB ? scaled : [setRam(guest, sum), ...scaled];
}

const setRam = ({ dialect, memory }: Guest, to: Bytes): Fix => ({
  title: `${dialect === 'qemu' ? 'Give the guest' : 'Say so in <memory>:'} ${formatBytes(to)}`,
  applicability: 'suggestion',
  changes: [{ op: 'set', entity: memory, field: 'ram', to }],
});

/** Equal nodes stay equal where that comes out even; else the last one with memory takes what is left. */
function scale(guest: Guest, sizes: readonly Bytes[], total: Bytes): Fix[] {
  const holders = guest.nodes.items.filter((_, i) => sizes[i]! > 0n);
  const own = sizes.filter((size) => size > 0n);
  const count = BigInt(own.length);
  const equal = own.every((size) => size === own[0]) && total % (count * MiB) === 0n;
  const rest = own.slice(0, -1).reduce((left, size) => left - size, total);
  if (!equal && rest <= 0n) return [];
  const wanted = own.map((size, i) => (equal ? total / count : i === own.length - 1 ? rest : size));
  const changes = holders.flatMap((node, i): ModelChange[] => {
    const to = wanted[i]!;
    if (to === own[i]) return [];
    const { target } = node.backing;
    const onNode = guest.dialect === 'libvirt' || isKnown(node.size) || target.state !== 'found';
    return [{ op: 'set', entity: onNode ? node : target.item, field: 'size', to }];
  });
  const title = equal
    ? `Give ${formatBytes(total / count)} to ${count === 1n ? 'the node' : 'each node'}`
    : `Give ${formatBytes(rest)} to ${nodeName(holders.at(-1)!)}`;
  return [{ title, applicability: 'suggestion', changes }];
}
