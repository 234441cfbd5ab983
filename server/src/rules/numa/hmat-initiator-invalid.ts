import { readNumber } from '../../dialects/qemu/lower/read.ts';
import { complete, isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode } from '../../guest/memory.ts';
import { cpusOf, nodeId } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { hasHmat } from './hmat.ts';

/** include/sysemu/numa.h: MAX_NODES. */
const MOST_NODES = 128;

export default defineRule({
  name: 'hmat-initiator-invalid',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary:
    'The initiator of a guest node is none: it is not there, has no vCPUs, or is another node with vCPUs.',
  sources: [
    {
      title: "QEMU: NUMA node is missing, use '-numa node' option to declare it first",
      ref: 'hw/core/machine.c: numa_validate_initiator',
    },
    {
      title: 'QEMU: The initiator of CPU NUMA node should be itself',
      ref: 'hw/core/machine.c: machine_set_cpu_numa_node',
    },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    if (!hasHmat(line)) return;
    for (const node of guest.nodes.items) {
      const option = sources.get(node);
      const initiator = option && readNumber(option.value('initiator'));
      const id = nodeId(node);
      if (!option || !initiator || !isKnown(initiator) || id === undefined) continue;
      const fault = faultOf(guest, node, id, initiator.value);
      if (!fault) continue;
      const instead = hasCpus(guest, node) ? id : nodeWithCpus(guest);
      const fixes: Fix[] =
        instead === undefined
          ? []
          : [
              {
                title: `Name node ${instead}`,
                applicability: 'suggestion',
                changes: [{ op: 'set-property', option, key: 'initiator', text: String(instead) }],
              },
            ];
      report({
        message: `${fault.fact}: QEMU stops with "${fault.refusal}".`,
        at: initiator.span,
        about: node,
        fixes,
      });
    }
  },
});

function faultOf(
  guest: Guest,
  node: GuestNode,
  id: number,
  initiator: number,
): { readonly fact: string; readonly refusal: string } | undefined {
  if (initiator >= MOST_NODES) {
    return {
      fact: `There can be no guest node ${initiator}`,
      refusal: `The initiator id ${initiator} expects an integer between 0 and ${MOST_NODES - 1}`,
    };
  }
  if (initiator !== id && hasCpus(guest, node)) {
    return {
      fact: `Guest node ${id} has vCPUs of its own, so it is they that reach its memory first, not those of node ${initiator}`,
      refusal: `The initiator of CPU NUMA node ${id} should be itself (got ${initiator})`,
    };
  }
  const nodes = complete(guest.nodes);
  if (!nodes || nodes.some((each) => nodeId(each) === undefined)) return undefined;
  const named = nodes.find((each) => nodeId(each) === initiator);
  if (!named) {
    return {
      fact: `Guest node ${id} names node ${initiator} as the one whose vCPUs are nearest, and there is none`,
      refusal: `NUMA node ${initiator} is missing, use '-numa node' option to declare it first`,
    };
  }
  if (hasCpus(guest, named) !== false) return undefined;
  return {
    fact: `Guest node ${id} names node ${initiator} as the one whose vCPUs are nearest, and that has none`,
    refusal: `The initiator of NUMA node ${id} is invalid`,
  };
}

/** Undefined where it may get some: all of them are dealt out where none is assigned, and what is left goes to node 0. */
function hasCpus(guest: Guest, node: GuestNode): boolean | undefined {
  const own = cpusOf(node);
  if (own && !own.isEmpty) return true;
  if (isOpen(guest.nodes)) return undefined;
  const sets = guest.nodes.items.map(cpusOf);
  if (!own || sets.some((set) => set === undefined)) return undefined;
  const assigned = sets.reduce((sum, set) => sum + set!.size, 0);
  const all = effective(guest.topology.maxVcpus);
  if (assigned === 0) return undefined;
  return nodeId(node) === 0 && (all === undefined || assigned < all) ? undefined : false;
}

const nodeWithCpus = (guest: Guest): number | undefined => {
  const node = guest.nodes.items.find((each) => hasCpus(guest, each));
  return node && nodeId(node);
};
