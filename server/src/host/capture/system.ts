import type { HostFacts } from '../facts.ts';
import type { VolatileFacts } from '../profile.ts';
import { pageSizesIn } from './nodes.ts';
import { known, type SystemTree } from './tree.ts';

const VENDORS: Readonly<Record<string, HostFacts['cpuVendor']>> = {
  GenuineIntel: 'GenuineIntel',
  AuthenticAMD: 'AuthenticAMD',
};

type Processor = Pick<HostFacts, 'isGuest' | 'arch' | 'cpuVendor' | 'physicalAddressBits'>;

/** What the first processor says of itself; the others say the same. */
export function captureProcessor(tree: SystemTree): Processor {
  const [first = ''] = (tree.read('proc/cpuinfo', 8 * 1024) ?? '').split('\n\n');
  const fields = new Map(
    first.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const vendor = fields.get('vendor_id');
  const flags = (fields.get('flags') ?? '').split(' ');
  const bits = /^(\d+) bits physical/.exec(fields.get('address sizes') ?? '')?.[1];
  // Only x86 tells by a flag; a virtual board of another kind still bears the name of its maker.
  const guest = flags.includes('hypervisor') || tree.read('sys/class/dmi/id/sys_vendor') === 'QEMU';
  const [arch, own]: readonly [HostFacts['arch']?, HostFacts['cpuVendor']?] = flags.includes('lm')
    ? ['x86_64', VENDORS[vendor ?? ''] ?? 'other']
    : fields.has('CPU implementer')
      ? ['aarch64', fields.get('CPU implementer') === '0x41' ? 'ARM' : 'other']
      : vendor === 'IBM/S390'
        ? ['s390x', 'other']
        : fields.get('cpu')?.startsWith('POWER')
          ? ['ppc64le', 'other']
          : fields.get('isa')?.startsWith('rv64')
            ? ['riscv64', 'other']
            : [];
  return known({
    isGuest: guest || undefined,
    arch,
    cpuVendor: own,
    physicalAddressBits: bits === undefined ? undefined : Number(bits),
  });
}

/** All page sizes that the machine can use. The size of ordinary ones stands with any mapping of the reader's own. */
export function capturePageSizes(tree: SystemTree): number[] | undefined {
  const base = /^KernelPageSize:\s+(\d+) kB/m.exec(tree.read('proc/self/smaps', 8 * 1024) ?? '')?.[1];
  return base === undefined ? undefined : [Number(base), ...pageSizesIn(tree, 'sys/kernel/mm/hugepages')];
}

/** The command line of the kernel can name disks and hosts: only these words are taken from it. */
export function captureIommu(tree: SystemTree): HostFacts['iommu'] {
  const words = (tree.read('proc/cmdline') ?? '').split(/\s+/);
  const passthrough = words.includes('iommu=pt') || words.includes('iommu.passthrough=1');
  return known({
    enabled: tree.list('sys/kernel/iommu_groups').length > 0,
    passthrough: passthrough || undefined,
    acsOverride: words.some((word) => word.startsWith('pcie_acs_override=')) || undefined,
  });
}

/** Where the programs of libvirt are that start guests; of the older one and of the newer ones. */
const DAEMONS = ['usr/sbin/libvirtd', 'usr/sbin/virtqemud', 'usr/bin/libvirtd', 'usr/bin/virtqemud'];

/** The kernel, and whether there is a numad. Where there is no libvirt either, as in a container, that says nothing. */
export function captureSoftware(tree: SystemTree): HostFacts['software'] {
  const has = (program: string): boolean => tree.read(program, 1) !== undefined;
  const software = known({
    kernel: tree.read('proc/sys/kernel/osrelease'),
    numad: has('usr/bin/numad') ? true : DAEMONS.some(has) ? false : undefined,
  });
  return Object.keys(software).length > 0 ? software : undefined;
}

const UNIT_KIB: Readonly<Record<string, number>> = { K: 1, M: 1024, G: 1024 * 1024 };

/** Mounts of huge pages: `hugetlbfs /dev/hugepages hugetlbfs rw,relatime,pagesize=2M 0 0`. */
export function captureHugetlbfs(tree: SystemTree): HostFacts['hugetlbfs'] {
  const mounts = (tree.read('proc/mounts', 1024 * 1024) ?? '').split('\n').flatMap((line) => {
    const [, path = '', type, options = ''] = line.split(' ');
    // A path with blanks has \040 in it; nobody mounts huge pages there.
    if (type !== 'hugetlbfs' || /[\\"]/.test(path)) return [];
    const [, size, unit] = /(?:^|,)pagesize=(\d+)([KMG])(?:,|$)/.exec(options) ?? [];
    return [known({ path, pageSizeKiB: unit === undefined ? undefined : Number(size) * UNIT_KIB[unit]! })];
  });
  return mounts.length > 0 ? mounts : undefined;
}

/** How much memory the user who captures may lock: `Max locked memory  8388608  8388608  bytes`. */
export function captureLockLimit(tree: SystemTree): VolatileFacts['lockLimitKiB'] {
  const soft = /^Max locked memory\s+(\S+)/m.exec(tree.read('proc/self/limits') ?? '')?.[1];
  if (soft === undefined || soft === 'unlimited') return soft;
  return Math.floor(Number(soft) / 1024);
}
