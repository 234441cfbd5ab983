import { isKnown, placeOf } from '../../guest/value.ts';
import { cpuNodes } from '../../placement/hostFacts.ts';
import { isKept } from '../../placement/place.ts';
import { type Group, onlyGroup, type Placement, placementOf } from '../../placement/placement.ts';
import { processPlace } from '../../placement/threads.ts';
import { isLocated } from '../../placement/verdict.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix } from '../define.ts';
import { suggestion } from '../placement/report.ts';
import { settle } from '../placement/settle.ts';
import { isTakenAtStart, pinsMemory } from './hostDemand.ts';

export default defineRule({
  name: 'prealloc-without-binding',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'memory',
  severity: 'warning',
  summary: 'All guest memory is taken when the guest starts, and nothing says from which host node.',
  sources: [
    { title: 'Linux: local allocation', ref: 'Documentation/admin-guide/mm/numa_memory_policy.rst' },
    { title: 'Linux: VFIO pins what it maps', ref: 'Documentation/driver-api/vfio.rst: VFIO_IOMMU_MAP_DMA' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const nodes = cpuNodes(host).size;
    if (nodes < 2) return;
    const placement = placementOf(guest, host);
    // The threads that touch the memory first: QEMU's own, which are those of the process where nothing pins them.
    const starters = guest.dialect === 'qemu' ? processPlace(guest.threads, host) : placement.emulator;
    if (starters.state !== 'free') return;
    const loose = placement.groups.filter(
      (group) => group.memory.state === 'free' && isTakenAtStart(guest, group),
    );
    const [first] = loose;
    if (!first) return;
    const why = pinsMemory(guest) ? 'is pinned for the passed-through device' : 'is filled';
    report({
      message:
        `All memory of ${first.name} ${why} when it starts, by threads that may run on any of the host's ${nodes} nodes: ` +
        'it comes from whichever they happen to be on, and stays there.',
      at: placeOfGroup(placement, first),
      about: loose.flatMap((group) => group.about),
      fixes: fixesFor(placement),
    });
  },
});

function placeOfGroup({ guest }: Placement, { backing, node }: Group) {
  if (backing.state === 'found' && isKnown(backing.item.prealloc)) return backing.item.prealloc.span;
  return node?.label ?? placeOf(guest.memory.size);
}

/** The node of the devices, else those of the vCPUs, else any that has room. */
function fixesFor(placement: Placement): Fix[] {
  const group = onlyGroup(placement);
  const { host } = placement;
  if (!group || !host) return [];
  const local = placement.devices.filter(isLocated).flatMap(({ nodes }) => nodes.ranges);
  const threads = isKept(group.threads) ? group.threads.nodes.ranges : [];
  const wanted = [local, threads].find((ranges) => ranges.length > 0);
  return [...(wanted ? IndexSet.of(wanted) : cpuNodes(host))].flatMap((node) =>
    suggestion(`Bind the memory to host node ${node}`, settle(placement, group, node)),
  );
}
