import type { Found } from '../guest/collection.ts';
import type { Backing, MemoryPolicy } from '../guest/memory.ts';
import type { Threads } from '../guest/threads.ts';
import { effective, isKnown, isUnknown, type Known } from '../guest/value.ts';
import type { Host } from '../host/host.ts';
import { IndexSet } from '../values/indexSet.ts';
import { allOf } from './hostFacts.ts';
import { FREE, type Keeper, keptOn, type Place, UNKNOWN } from './place.ts';
import { nameHostNodes } from './wording.ts';

const MOVED = 'Pages can be moved while the guest runs: migratepages, virsh numatune.';

const WORDS: Readonly<Record<Exclude<MemoryPolicy, 'default'>, string>> = {
  bind: 'is bound to',
  preferred: 'prefers',
  interleave: 'is spread over',
  restrictive: 'is to come from',
};

const DOUBTS: Readonly<Partial<Record<MemoryPolicy, string>>> = {
  preferred: 'Where the preferred node is full, the rest of the memory comes from elsewhere.',
  restrictive:
    'A restrictive mode leaves pages where they are already, and does not promise the place of others.',
};

/**
 * Where the memory of one backing lives, or the memory that the program makes itself.
 * @param backing absent where the program makes it.
 */
export function memoryPlace(backing: Found<Backing>, threads: Threads, host: Host | undefined): Place {
  if (backing.state === 'unknown') return UNKNOWN;
  if (backing.state === 'absent') return processMemory(threads, host);
  const { item } = backing;
  const policy = policyOf(item);
  if (policy === undefined) return UNKNOWN;
  if (policy === 'default') return item.hostNodes.state === 'absent' ? processMemory(threads, host) : UNKNOWN;
  if (!isKnown(item.hostNodes)) return UNKNOWN;
  const doubt = DOUBTS[policy];
  const text = `${nameOf(item)} ${WORDS[policy]} ${nameHostNodes(item.hostNodes.value)}.`;
  return on(item.hostNodes, host, { kind: 'backing', backing: item, value: item.hostNodes }, text, doubt);
}

/** What certainly holds; undefined where it is not known. */
function policyOf({ policy, hostNodes }: Backing): MemoryPolicy | undefined {
  if (isUnknown(policy)) return undefined;
  // libvirt's mode has a default, which counts only beside a list of nodes.
  if (policy.state === 'absent' && hostNodes.state === 'absent') return 'default';
  return effective(policy) ?? 'default';
}

const nameOf = ({ id }: Backing): string => (isKnown(id) ? `Memory ${id.value}` : 'This memory');

/** Without a policy pages come from the node on which the thread runs that touches them first. */
function processMemory({ memoryNodes, spreadNodes }: Threads, host: Host | undefined): Place {
  if (isKnown(spreadNodes)) {
    const nodes = spreadNodes.value === 'all' ? host && allWithMemory(host) : spreadNodes.value;
    if (!nodes) return UNKNOWN;
    const value = { ...spreadNodes, value: nodes };
    const text = `Memory that nothing else binds is spread over ${nameHostNodes(nodes)}, page by page.`;
    return on(value, host, { kind: 'memory-nodes', value }, text, undefined);
  }
  if (memoryNodes.state === 'absent') return FREE;
  if (!isKnown(memoryNodes)) return UNKNOWN;
  const text = `Memory that nothing else binds comes from ${nameHostNodes(memoryNodes.value)}.`;
  return on(memoryNodes, host, { kind: 'memory-nodes', value: memoryNodes }, text, undefined);
}

const allWithMemory = (host: Host): IndexSet =>
  IndexSet.from(host.nodes.filter(({ memory }) => memory !== 0n).map(({ id }) => id));

function on(
  value: Known<IndexSet>,
  host: Host | undefined,
  keeper: Keeper,
  text: string,
  doubt: string | undefined,
): Place {
  const nodes = allOf(value.value, host);
  if (!nodes) return UNKNOWN;
  return keptOn(nodes, {
    keepers: [keeper],
    facts: [{ text, span: value.span }],
    doubts: doubt ? [doubt, MOVED] : [MOVED],
  });
}
