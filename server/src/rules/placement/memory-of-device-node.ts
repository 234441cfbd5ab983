import type { Host } from '../../host/host.ts';
import { distanceBetween, nearTo } from '../../placement/hostFacts.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, placementOf } from '../../placement/placement.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { suggestion } from './report.ts';
import { settle } from './settle.ts';

/** Memory that people plug in to have more of it, not to have it near; that of processors with fast memory is meant so. */
const SLOW: Readonly<Record<string, string>> = { cxl: 'CXL memory', pmem: 'persistent memory' };

export default defineRule({
  name: 'memory-of-device-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: 'Guest memory comes from a host node that is the memory of a device.',
  explains: ['ram-exceeds-node'],
  sources: [
    {
      title: 'Linux: memory of NVIDIA Grace Hopper GPUs under VFIO',
      ref: 'drivers/vfio/pci/nvgrace-gpu/main.c',
    },
    { title: 'Linux: memory tiers', ref: 'Documentation/ABI/testing/sysfs-kernel-mm-memory-tiers' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    // Nothing of this on a host whose nodes all have memory of the ordinary kind.
    if (host.nodes.every(({ kind }) => kind === undefined || kind === 'dram' || kind === 'hbm')) return;
    const placement = placementOf(guest, host);
    for (const group of placement.groups) {
      const { memory } = group;
      const found = isKept(memory) && faultOf(group, memory.nodes, host);
      if (!found) continue;
      const at = memory.keepers[0]!.value.span;
      const [node] = nearTo(memory.nodes, host);
      report({
        message:
          `${group.node ? `${capital(group.name)} has memory` : 'Guest memory comes'} from ${nameHostNodes(memory.nodes)}, ` +
          `${found.message}.`,
        at,
        about: group.about,
        ...(found.slow ? { severity: 'information' } : {}),
        fixes:
          node === undefined
            ? []
            : suggestion(`Bind it to host node ${node}`, settle(placement, group, node)),
      });
    }
  },
});

interface Fault {
  readonly message: string;
  readonly slow: boolean;
}

function faultOf({ vcpus }: Group, nodes: IndexSet, host: Host): Fault | undefined {
  const kinds = [...nodes].map((id) => ({ id, kind: host.node(id)?.kind }));
  const gpu = IndexSet.from(kinds.filter(({ kind }) => kind === 'gpu').map(({ id }) => id));
  if (!gpu.isEmpty) {
    const be = gpu.size === 1 ? 'is' : 'are';
    const which = gpu.equals(nodes) ? `which ${be}` : `of which ${nameHostNodes(gpu)} ${be}`;
    const message =
      `${which} the memory of a GPU: the GPU lacks what the guest takes, and the host has no such node while the GPU is ` +
      'handed to a guest';
    return { message, slow: false };
  }
  // A guest node without vCPUs is made for memory of another kind.
  if (!vcpus || vcpus.isEmpty) return undefined;
  const [first] = kinds;
  const name = first?.kind && SLOW[first.kind];
  if (!name || kinds.some(({ kind }) => kind !== first.kind)) return undefined;
  const distance = distanceBetween(nearTo(nodes, host), nodes, host);
  const far = distance === undefined ? '' : `, at distance ${distance} from the nearest CPUs`;
  return { message: `which is ${name}${far}: the guest takes it for near to its vCPUs`, slow: true };
}
