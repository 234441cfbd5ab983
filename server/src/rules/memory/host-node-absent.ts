import type { Guest } from '../../guest/guest.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type Severity } from '../define.ts';

export default defineRule({
  name: 'host-node-absent',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'memory',
  severity: 'error',
  summary: 'Memory or threads are to be on a host node that the host does not have.',
  explains: ['numatune-nodeset-wider-than-needed', 'single-guest-node-spans-host-nodes'],
  sources: [
    { title: 'QEMU: binding memory', ref: 'backends/hostmem.c: host_memory_backend_memory_complete' },
    { title: 'libvirt: NUMA node is unavailable', ref: 'src/util/virnuma.c: virNumaNodesetIsAvailable' },
    { title: 'numactl: lists of nodes', ref: 'libnuma.c: numa_parse_nodestring' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const there = IndexSet.from(host.nodes.map(({ id }) => id));
    for (const { nodes, about, judge } of namedNodes(guest)) {
      const missing = nodes.value.subtract(there);
      if (missing.isEmpty) continue;
      const rest = nodes.value.intersect(there);
      const { severity, consequence } = judge(missing, rest);
      report({
        severity,
        message:
          `The host has no ${nameHostNodes(missing).replace('host ', '')}: it has ${nameHostNodes(there).replace('host ', '')}. ` +
          `${consequence}.`,
        at: nodes.span,
        about,
        fixes: fixesFor(nodes, rest, host),
      });
    }
  },
});

interface Named {
  readonly nodes: Known<IndexSet>;
  readonly about: object;
  readonly judge: (missing: IndexSet, rest: IndexSet) => { severity: Severity; consequence: string };
}

/** All lists of host nodes of a guest, each with what becomes of nodes that are not there. */
function namedNodes({ dialect, memory, threads }: Guest): Named[] {
  const ofMemory = memory.backings.items.flatMap((about): Named[] => {
    const { hostNodes: nodes, policy } = about;
    // Without a policy QEMU refuses the list as such.
    if (!isKnown(nodes) || (dialect === 'qemu' && [undefined, 'default'].includes(effective(policy))))
      return [];
    return [{ nodes, about, judge: dialect === 'qemu' ? judgeQemu : judgeLibvirt }];
  });
  const ofProcess = [threads.memoryNodes, threads.cpuNodes].flatMap((nodes): Named[] =>
    isKnown(nodes) ? [{ nodes, about: nodes, judge: judgeNumactl }] : [],
  );
  return [...ofMemory, ...ofProcess];
}

/** QEMU's own limit (include/sysemu/hostmem.h: MAX_NODES). */
const MOST_NODES = 128;

function judgeQemu(missing: IndexSet, rest: IndexSet): ReturnType<Named['judge']> {
  const largest = missing.max ?? 0;
  if (largest >= MOST_NODES) {
    return { severity: 'error', consequence: `QEMU stops with "Invalid host-nodes value: ${largest}"` };
  }
  if (!rest.isEmpty) {
    return { severity: 'warning', consequence: `QEMU takes ${nameHostNodes(rest)} alone, and says nothing` };
  }
  return {
    severity: 'error',
    consequence: 'QEMU stops with "cannot bind memory to host NUMA nodes: Invalid argument"',
  };
}

const judgeLibvirt = (missing: IndexSet): ReturnType<Named['judge']> => ({
  severity: 'error',
  consequence: `libvirt does not start the guest: "NUMA node ${[...missing][0]} is unavailable"`,
});

const judgeNumactl = (missing: IndexSet): ReturnType<Named['judge']> => ({
  severity: 'error',
  consequence: `numactl starts nothing: "node argument ${[...missing][0]} is out of range"`,
});

/** More than these are no help in choosing. */
const MOST_FIXES = 4;

function fixesFor(nodes: Known<IndexSet>, rest: IndexSet, host: Host): Fix[] {
  if (!nodes.slot) return [];
  const able = host.nodes.filter(({ memory, cpus }) => memory !== 0n && !cpus.isEmpty);
  const choices = rest.isEmpty ? able.map(({ id }) => IndexSet.from([id])) : [rest];
  return choices.slice(0, MOST_FIXES).map((to) => ({
    title: `Take ${nameHostNodes(to)}`,
    applicability: 'suggestion',
    changes: [{ op: 'replace', value: nodes, text: to.toString() }],
  }));
}
