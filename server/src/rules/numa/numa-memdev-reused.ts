import type { CommandLine } from '../../dialects/qemu/commandLine.ts';
import { creationOrder } from '../../dialects/qemu/lower/pci.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import type { ModelChange, NewBacking } from '../../guest/change.ts';
import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Backing, GuestNode } from '../../guest/memory.ts';
import type { Device } from '../../guest/pci.ts';
import { backingOf, nodeName, ramSize, sizeOf } from '../../guest/queries.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { type Bytes, formatBytes, MiB } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { capital, stop } from './wording.ts';

/** Devices that map a backend as theirs alone, with what they say where it is taken. */
const DEVICES: readonly (readonly [driver: RegExp, refusal: (id: string) => string])[] = [
  [/^virtio-mem(-pci)?$/, (id) => `'memdev' property specifies a busy memdev: ${id}`],
  [/^(pc-dimm|nvdimm|virtio-pmem(-pci)?|ivshmem-plain)$/, (id) => `can't use already busy memdev: ${id}`],
];

/** A place that takes a backend. */
interface Use {
  readonly entity: GuestNode | Device | undefined;
  readonly who: string;
  readonly span: Span;
  /** What is said where the backend has been taken before. */
  refusal(): string;
}

/** A device that names the backend it takes. */
interface Taker {
  readonly option: Option;
  readonly driver: string;
  readonly memdev: Known<string>;
  refusal(id: string): string;
}

export default defineRule({
  name: 'numa-memdev-reused',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  explains: ['numa-memory-sum'],
  summary: 'One memory backend is given to two nodes, or to a node and a memory device.',
  sources: [
    {
      title: "QEMU: memory backend can't be used multiple times",
      ref: 'hw/core/machine.c: machine_consume_memdev',
    },
    { title: "QEMU: can't use already busy memdev", ref: 'hw/mem/pc-dimm.c: pc_dimm_realize' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, report } = context;
    const takers = takersOn(context.line);
    const ofNodes = guest.nodes.items.map(backingOf).filter((backing) => backing !== undefined);
    if (takers.length === 0 && new Set(ofNodes).size === ofNodes.length) return;
    for (const backing of guest.memory.backings.items) {
      const [first, ...others] = usesOf(context, backing, takers);
      for (const [i, use] of others.entries()) {
        report({
          message: stop(
            `${use.entity?.kind === 'guest-node' ? capital(use.who) : use.who} takes the memory ${effective(backing.id)}, ` +
              `which ${first!.who} has already: QEMU stops with "${use.refusal()}"`,
          ),
          at: use.span,
          about: use.entity ?? backing,
          related: [{ span: first!.span, message: `Taken by ${first!.who} here.` }],
          fixes: fixesFor(guest, backing, use, i === others.length - 1),
        });
      }
    }
  },
});

/** Those of nodes and machine first, then devices in the order in which QEMU makes them. */
function usesOf({ guest, sources }: QemuContext, backing: Backing, takers: readonly Taker[]): Use[] {
  const id = effective(backing.id) ?? '';
  const uses: Use[] = [];
  const { whole } = guest.memory;
  const twice = (): string => refusalOfNodes(guest, id);
  // Of a machine and a node that both have a backend QEMU says something else.
  const ofNodes = guest.nodes.items.filter((node) => backingOf(node) === backing);
  if (
    ofNodes.length === 0 &&
    whole.target.state === 'found' &&
    whole.target.item === backing &&
    isKnown(whole.id)
  ) {
    uses.push({ entity: undefined, who: 'the machine', span: whole.id.span, refusal: twice });
  }
  for (const node of ofNodes) {
    if (isKnown(node.backing.id))
      uses.push({ entity: node, who: nodeName(node), span: node.backing.id.span, refusal: twice });
  }
  for (const { option, driver, memdev, refusal } of takers) {
    if (memdev.value.replace(/^\/objects\//, '') !== id) continue;
    const entity = guest.pci.devices.items.find((device) => sources.get(device) === option);
    uses.push({ entity, who: driver, span: memdev.span, refusal: () => refusal(id) });
  }
  return uses;
}

function takersOn(line: CommandLine): Taker[] {
  const takers: Taker[] = [];
  for (const option of creationOrder(line)) {
    const memdev = option.find('memdev')?.value;
    if (!isKnown(memdev)) continue;
    const driver = option.makes ?? '';
    const refusal = DEVICES.find(([pattern]) => pattern.test(driver))?.[1];
    if (refusal) takers.push({ option, driver, memdev, refusal });
  }
  return takers;
}

/** QEMU adds the nodes up first, and with them a backend as often as it is named. */
function refusalOfNodes(guest: Guest, id: string): string {
  const sizes = complete(guest.nodes)?.map((node) => sizeOf(node) ?? 0n);
  const sum = sizes?.reduce((total, size) => total + size, 0n);
  const ram = ramSize(guest);
  return sum === undefined || ram === undefined || sum === ram
    ? `memory backend ${id} can't be used multiple times.`
    : `total memory for NUMA nodes (0x${sum.toString(16)}) should equal RAM size (0x${ram.toString(16)})`;
}

/** A backend of its own, alike; half of it each where one backend of the guest's whole size was given to all nodes. */
function fixesFor(guest: Guest, backing: Backing, use: Use, last: boolean): Fix[] {
  const size = effective(backing.size);
  const { entity } = use;
  if (!entity || size === undefined) return [];
  const nodes = complete(guest.nodes)?.filter((node) => backingOf(node) === backing) ?? [];
  const divided = entity.kind === 'guest-node' && last && divide(guest, backing, nodes, size);
  return [...(divided ? [divided] : []), copy(backing, entity, use.who, size)];
}

function copy(backing: Backing, entity: GuestNode | Device, who: string, size: Bytes): Fix {
  const created: NewBacking = { kind: 'new-backing', size, like: backing };
  return {
    title: `Give ${who} another ${formatBytes(size)} of its own`,
    applicability: 'suggestion',
    changes: [
      { op: 'add', entity: created, before: entity },
      { op: 'set', entity, field: 'backing', to: created },
    ],
  };
}

function divide(guest: Guest, backing: Backing, nodes: readonly GuestNode[], size: Bytes): Fix | undefined {
  const count = BigInt(nodes.length);
  const all = guest.nodes.items.length === nodes.length;
  if (!all || size !== ramSize(guest) || size % (count * 2n * MiB) !== 0n) return undefined;
  const each = size / count;
  const changes = nodes.slice(1).flatMap((node): ModelChange[] => {
    const created: NewBacking = { kind: 'new-backing', size: each, like: backing };
    return [
      { op: 'add', entity: created, before: node },
      { op: 'set', entity: node, field: 'backing', to: created },
    ];
  });
  return {
    title: `Divide it: ${formatBytes(each)} for each of the ${nodes.length} nodes`,
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: backing, field: 'size', to: each }, ...changes],
  };
}
