import { optionsMaking } from '../../dialects/qemu/commandLine.ts';
import { readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { findById } from '../../guest/collection.ts';
import type { Backing } from '../../guest/memory.ts';
import { backingOf, findNode } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** Devices that add memory to a guest node. */
const PLUGGED = ['pc-dimm', 'nvdimm', 'virtio-mem', 'virtio-mem-pci'];

export default defineRule({
  name: 'dimm-memory-unbound',
  reads: 'qemu',
  topic: 'memory',
  severity: 'warning',
  summary: 'Memory that is plugged into a bound guest node is not bound to the same host node.',
  sources: [
    {
      title: 'QEMU: a policy is that of one backend',
      ref: 'backends/hostmem.c: host_memory_backend_memory_complete',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of optionsMaking(context.line, 'device', PLUGGED)) checkDevice(context, option);
  },
});

function checkDevice({ guest, sources, report }: QemuContext, option: Option): void {
  const memdev = option.value('memdev');
  const node = readNumber(option.value('node'));
  const number = node.state === 'absent' ? 0 : effective(node);
  if (!isKnown(memdev) || number === undefined) return;
  const own = findById(guest.memory.backings, memdev.value);
  const into = findNode(guest.nodes, number);
  const base = into.state === 'found' ? backingOf(into.item) : undefined;
  if (own.state !== 'found' || !base || own.item === base) return;
  const hostNodes = boundTo(base);
  const backend = sources.get(own.item);
  if (!hostNodes || !backend) return;
  const elsewhere = boundTo(own.item);
  const isFar = elsewhere?.intersect(hostNodes).isEmpty === true;
  if (!isFar && !isUnbound(own.item)) return;
  const where = isFar
    ? `from host ${nodes(elsewhere)}: the guest takes both for equally near.`
    : 'from wherever QEMU happens to run.';
  const binding = isFar && isKnown(own.item.hostNodes) ? own.item.hostNodes.span : undefined;
  report({
    message: `Guest node ${number} has its memory on host ${nodes(hostNodes)}, and what is plugged into it here comes ${where}`,
    at: memdev.span,
    about: option,
    related: [
      binding
        ? { span: binding, message: 'This backend is bound there.' }
        : { span: own.item.label, message: 'This backend has no policy.' },
      ...(isKnown(base.hostNodes) ? [{ span: base.hostNodes.span, message: "The node's own memory." }] : []),
    ],
    // Of several ranges each has a key of its own.
    fixes:
      elsewhere && elsewhere.ranges.length > 1 ? [] : bindTo(backend, effective(base.policy)!, hostNodes),
  });
}

/** The host nodes to which memory is bound, or that it prefers; undefined where it is not, or they are not known. */
function boundTo({ policy, hostNodes }: Backing): IndexSet | undefined {
  const how = effective(policy);
  return how === 'bind' || how === 'preferred' ? effective(hostNodes) : undefined;
}

const isUnbound = ({ policy, hostNodes }: Backing): boolean =>
  hostNodes.state === 'absent' && (policy.state === 'absent' || effective(policy) === 'default');

const nodes = (set: IndexSet): string => `${set.size === 1 ? 'node' : 'nodes'} ${set}`;

/** QEMU takes one range under a key, and more of them under the same key again. */
function bindTo(option: Option, policy: string, hostNodes: IndexSet): Fix[] {
  if (hostNodes.ranges.length !== 1) return [];
  return [
    {
      title: `Take it from host ${nodes(hostNodes)}, too`,
      applicability: 'suggestion',
      changes: [
        { op: 'set-property', option, key: 'policy', text: policy },
        { op: 'set-property', option, key: 'host-nodes', text: `${hostNodes}` },
      ],
    },
  ];
}
