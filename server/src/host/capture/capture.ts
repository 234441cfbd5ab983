import type { HostFacts } from '../facts.ts';
import { captureCpus, isolatedCpus, offlineCpus } from './cpus.ts';
import { captureFree, captureInterconnects, captureNodes } from './nodes.ts';
import { captureDevices, captureDrivers } from './pci.ts';
import {
  captureHugetlbfs,
  captureIommu,
  captureLockLimit,
  capturePageSizes,
  captureProcessor,
  captureSoftware,
} from './system.ts';
import { known, type SystemTree } from './tree.ts';

/**
 * Reads the facts of a running Linux machine, without privileges. profiles/capture.sh does the same for machines
 * without us: whoever changes the one changes the other, and a test holds them against each other.
 * @param time now, as `2026-01-31T12:00:00Z`.
 */
export function capture(tree: SystemTree, time: string): HostFacts {
  const nodes = captureNodes(tree);
  const interconnects = captureInterconnects(tree);
  return known({
    source: 'sysfs',
    ...captureProcessor(tree),
    pageSizesKiB: capturePageSizes(tree),
    isolatedCpus: isolatedCpus(tree).toString() || undefined,
    offlineCpus: offlineCpus(tree).toString() || undefined,
    iommu: captureIommu(tree),
    software: captureSoftware(tree),
    hugetlbfs: captureHugetlbfs(tree),
    nodes,
    interconnects: interconnects.length > 0 ? interconnects : undefined,
    cpus: captureCpus(tree),
    pci: captureDevices(tree, nodes),
    volatile: known({
      capturedAt: time,
      lockLimitKiB: captureLockLimit(tree),
      nodes: captureFree(tree),
      drivers: captureDrivers(tree),
    }),
  }) as HostFacts;
}
