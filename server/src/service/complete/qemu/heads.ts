import type { QemuCatalogue } from '../../../catalogue/qemu.ts';
import { type Completion, completion, type Rank } from '../completion.ts';
import { newestFirst } from '../newestFirst.ts';
import { quoted, type Site } from './draft.ts';
import { headsOf } from './headNames.ts';

/** What most guests are made of, in the order in which they are looked for. */
const COMMON: Readonly<Record<string, readonly string[]>> = {
  accel: ['kvm', 'tcg'],
  cpu: ['host', 'max'],
  device: ['vfio-pci', 'pcie-root-port', 'pxb-pcie', 'virtio-net-pci', 'virtio-blk-pci', 'virtio-scsi-pci'],
  machine: ['q35', 'virt', 'pc'],
  netdev: ['user', 'tap', 'bridge'],
  numa: ['node', 'dist', 'cpu'],
  object: ['memory-backend-memfd', 'memory-backend-ram', 'memory-backend-file', 'iothread'],
};

/**
 * What an option can start with: devices, objects, machines, CPU models.
 * @param wrap writes a name in the form of the argument
 */
export function completeHeads(
  catalogue: QemuCatalogue,
  option: string,
  site: Site,
  wrap: (name: string) => string,
): Completion[] {
  const common = COMMON[option] ?? [];
  return (headsOf(catalogue, option) ?? []).map(({ name, detail, deprecated, documentation }) => {
    const at = common.indexOf(name);
    const rank: Rank = at >= 0 ? 0 : documentation && option !== 'machine' ? 1 : 2;
    return completion({
      label: name,
      kind: 'type',
      range: site.range,
      insertion: quoted(site, [wrap(name)]),
      detail,
      documentation,
      deprecated,
      rank,
      order: at >= 0 ? String(at) : newestFirst(name),
    });
  });
}
