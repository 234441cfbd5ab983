import { type Contradiction, repeated } from './contradiction.ts';
import type { HostProfile } from './profile.ts';

/** Devices: each once, local to nodes that there are, in IOMMU groups where there is an IOMMU. */
export function* checkDevices({
  nodes,
  pci = [],
  iommu,
  gpuLinks = [],
}: HostProfile): Generator<Contradiction> {
  for (const [index, address] of repeated(pci, (device) => device.address)) {
    const message = `Device ${address} stands here twice: remove one of the two.`;
    yield { path: ['pci', index, 'address'], message };
  }
  const ids = new Set(nodes.map(({ id }) => id));
  const known = new Set(pci.map(({ address }) => address));
  for (const [index, device] of pci.entries()) {
    const absent = device.nodes?.filter((id) => !ids.has(id)) ?? [];
    if (absent.length > 0) {
      const message = `There is no node ${absent.join(', ')}: the nodes are ${[...ids].join(', ')}.`;
      yield { path: ['pci', index, 'nodes'], message };
    }
    if (iommu?.enabled === false && typeof device.iommuGroup === 'number') {
      const message = `Device ${device.address} is in IOMMU group ${device.iommuGroup}, and "iommu" says that there is none: correct one of the two.`;
      yield { path: ['pci', index, 'iommuGroup'], message };
    }
    if (device.physicalFunction === device.address) {
      const message = 'A device is no virtual function of itself: name the physical function.';
      yield { path: ['pci', index, 'physicalFunction'], message };
    }
  }
  for (const [index, link] of gpuLinks.entries()) {
    for (const end of ['a', 'b'] as const) {
      if (pci.length === 0 || known.has(link[end])) continue;
      yield { path: ['gpuLinks', index, end], message: `"pci" has no device ${link[end]}: add it there.` };
    }
  }
}
