import * as z from 'zod';

/**
 * What a host profile holds (`*.hostprofile.json`): the facts about a machine on which placement depends. Stable
 * facts stand apart from volatile ones. Serial numbers, host names and network addresses have no place in it.
 * What is left out is unknown; nothing here has a default.
 *
 * Messages follow "what this has to be", as they are shown beside the place at fault.
 */

const whole = (what: string, min: number, max: number) => {
  const error = `${what} is a whole number from ${min} to ${max}.`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** Five digits: no machine has more CPUs, and a set read from here stays small enough to be walked. */
const cpuList = z
  .string({ error: 'A list of CPUs is a string such as "0-15,32-47".' })
  .regex(/^(\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*)?$/, {
    error: 'A list of CPUs reads like "0-15,32-47"; no CPU is "".',
  });

const nodeId = whole('The number of a host node', 0, 1023);
const cpuId = whole('The number of a CPU', 0, 99_999);
const topologyId = whole('This id', 0, 0x7fffffff);
const pageSizeKiB = whole('A page size in KiB', 1, 64 * 1024 * 1024);
const amount = (what: string) => whole(what, 0, Number.MAX_SAFE_INTEGER);

const address = z
  .string({ error: 'A PCI address is a string such as "0000:af:00.0".' })
  .regex(/^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/, {
    error: 'A PCI address reads like "0000:af:00.0": domain, bus, slot and function, in lower case.',
  });

const hex = (digits: number, what: string, example: string) =>
  z
    .string({ error: `${what} is a string such as "${example}".` })
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), {
      error: `${what} is ${digits} hexadecimal digits in lower case, such as "${example}".`,
    });

const text = (what: string, max = 200) => {
  const error = `${what} is a text of at most ${max} characters.`;
  return z.string({ error }).max(max, { error });
};

const flag = (what: string) => z.boolean({ error: `${what} is true or false.` });
const list = <T extends z.ZodType>(item: T, max: number, what: string) =>
  z.array(item, { error: `${what} is a list.` }).max(max, { error: `${what} has at most ${max} items.` });

const node = z.strictObject(
  {
    id: nodeId,
    cpus: cpuList.describe('CPUs of this node, such as "0-15,32-47"; "" for a node that is only memory.'),
    memoryMiB: amount('Memory in MiB').optional().describe('Memory of this node in MiB.'),
    kind: z
      .enum(['dram', 'hbm', 'cxl', 'gpu', 'pmem'], {
        error: 'The kind of a node\'s memory is "dram", "hbm", "cxl", "gpu" or "pmem".',
      })
      .optional()
      .describe('What this memory is made of.'),
    distances: z
      .record(
        z.string().regex(/^\d{1,4}$/, { error: 'A node is named by its number, such as "0".' }),
        whole('A distance', 1, 255),
        {
          error: 'Distances are an object from node to distance, such as { "0": 10, "1": 21 }.',
        },
      )
      .optional()
      .describe('By node, as the firmware gives them: 10 is local, 20 takes twice as long.'),
    hugePages: list(
      z.strictObject({ sizeKiB: pageSizeKiB, total: amount('A number of pages') }),
      16,
      'Huge pages',
    )
      .optional()
      .describe('Huge pages reserved on this node, by size.'),
  },
  { error: 'A node is an object such as { "id": 0, "cpus": "0-15" }.' },
);

const cpu = z.strictObject(
  {
    id: cpuId,
    package: topologyId.optional().describe('Physical package (socket).'),
    die: topologyId.optional().describe('Die, counted within the package.'),
    cluster: topologyId.optional(),
    core: topologyId.optional().describe('Core, counted within the package.'),
    siblings: cpuList.optional().describe('All CPUs of the same core, this one included.'),
    l3: cpuId.optional().describe('The lowest CPU of those that share the last cache with this one.'),
    type: z
      .enum(['P', 'E'], { error: 'The type of a core is "P" (performance) or "E" (efficiency).' })
      .optional()
      .describe('Performance or efficiency core, where a machine has both.'),
  },
  { error: 'A CPU is an object such as { "id": 0, "package": 0, "core": 0, "siblings": "0,32" }.' },
);

const bar = z.strictObject({
  index: whole('The index of a BAR', 0, 5),
  bytes: amount('The size of a BAR'),
  wide: flag('"wide"').describe('True for a 64-bit BAR.'),
  prefetchable: flag('"prefetchable"'),
});

const device = z.strictObject(
  {
    address: address.describe('Domain, bus, slot and function, such as "0000:af:00.0".'),
    class: hex(6, 'A PCI class', '030200').describe(
      'Class, subclass and interface: 030200 is a 3D controller.',
    ),
    vendor: hex(4, 'A PCI vendor', '10de').optional(),
    device: hex(4, 'A PCI device id', '2330').optional(),
    name: text('The name of a device').optional().describe('The name that people know the device by.'),
    nodes: list(nodeId, 1024, 'Locality')
      .min(1, { error: 'Leave "nodes" out where the locality is unknown.' })
      .optional()
      .describe('Host nodes that the device is local to; several where they share its I/O hub.'),
    iommuGroup: z
      .union([topologyId, z.null()], { error: 'An IOMMU group is a whole number, or null.' })
      .optional()
      .describe('IOMMU group; null where the device is in none, as with the IOMMU off.'),
    path: list(text('A bus or bridge', 20), 32, 'The path to a device')
      .optional()
      .describe('From the root: "pci0000:5d", then the bridges by address.'),
    bars: list(bar, 6, 'BARs').optional().describe('Memory regions.'),
    physicalFunction: address.optional().describe('Of a virtual function: the device that it belongs to.'),
    virtualFunctions: whole('The number of virtual functions', 0, 65535)
      .optional()
      .describe('How many virtual functions the device can have.'),
    mediatedDevices: flag('"mediatedDevices"')
      .optional()
      .describe('True where mediated devices (vGPUs) can be made of the device.'),
    bootVga: flag('"bootVga"').optional().describe('True for the display that the firmware uses.'),
    link: z
      .strictObject({
        gigatransfers: z.number({ error: 'A link speed is a number such as 16.' }).min(0).max(1024),
        width: whole('The width of a link', 0, 64),
      })
      .optional()
      .describe('What the device can do at most: GT/s, and lanes.'),
  },
  { error: 'A device is an object such as { "address": "0000:af:00.0", "class": "030200" }.' },
);

const gpuLink = z.strictObject({
  a: address,
  b: address,
  kind: z
    .string({ error: 'The kind of a link is a string such as "NV18".' })
    .regex(/^(NV\d{1,3}|PIX|PXB|PHB|NODE|SYS)$/, {
      error: 'The kind of a link is NV with a number, PIX, PXB, PHB, NODE or SYS.',
    })
    .describe('As nvidia-smi topo names it: NV18 is 18 NVLinks, SYS crosses the sockets.'),
});

const interconnect = z.strictObject({
  from: nodeId.describe('The node whose CPUs read.'),
  to: nodeId.describe('The node whose memory is read.'),
  readLatencyNs: amount('A latency in ns').optional(),
  readBandwidthMiBs: amount('A bandwidth in MiB/s').optional(),
});

const volatileFacts = z.strictObject(
  {
    capturedAt: z.iso
      .datetime({ error: 'A time reads like "2026-01-31T12:00:00Z", in UTC.' })
      .describe('When these facts were true, in UTC.'),
    nodes: list(
      z.strictObject({
        id: nodeId,
        freeMiB: amount('Free memory in MiB').optional(),
        freePages: list(
          z.strictObject({ sizeKiB: pageSizeKiB, free: amount('A number of pages') }),
          16,
          'Free pages',
        ).optional(),
      }),
      1024,
      'The nodes',
    ).optional(),
    drivers: z
      .record(address, z.union([text('The name of a driver', 64), z.null()]), {
        error: 'Drivers are an object such as { "0000:af:00.0": "vfio-pci" }.',
      })
      .optional()
      .describe('Driver by device; null where none is bound.'),
    lockLimitKiB: z
      .union([amount('A limit in KiB'), z.literal('unlimited')], {
        error: 'The limit of locked memory is a number of KiB, or "unlimited".',
      })
      .optional(),
  },
  { error: '"volatile" is an object with the time of the capture, "capturedAt".' },
);

export const HostProfile = z.strictObject(
  {
    $schema: text('"$schema"', 1000).optional(),
    schemaVersion: z.literal(1, { error: 'This version of VirtLens reads profiles of "schemaVersion": 1.' }),
    label: text('"label"').optional().describe('What to call this machine; a host name need not be told.'),
    sources: list(text('A source'), 32, '"sources"')
      .optional()
      .describe('Where the facts come from, such as "sysfs" or "virsh capabilities".'),
    isGuest: flag('"isGuest"').optional().describe('True where the machine is itself a virtual machine.'),
    arch: z
      .enum(['x86_64', 'aarch64', 'ppc64le', 's390x', 'riscv64'], {
        error: '"arch" is "x86_64", "aarch64", "ppc64le", "s390x" or "riscv64".',
      })
      .optional(),
    cpuVendor: z
      .enum(['GenuineIntel', 'AuthenticAMD', 'ARM', 'other'], {
        error: '"cpuVendor" is "GenuineIntel", "AuthenticAMD", "ARM" or "other".',
      })
      .optional(),
    physicalAddressBits: whole('"physicalAddressBits"', 32, 64).optional(),
    pageSizesKiB: list(pageSizeKiB, 16, '"pageSizesKiB"')
      .optional()
      .describe('Page sizes that the machine can use, the smallest first.'),
    nodes: list(node, 1024, '"nodes"').min(1, { error: 'A machine has at least one node.' }),
    cpus: list(cpu, 65536, '"cpus"').optional().describe('CPUs that are online.'),
    isolatedCpus: cpuList.optional().describe('CPUs kept free of other tasks (isolcpus=).'),
    offlineCpus: cpuList.optional().describe('CPUs that are present, but switched off.'),
    pci: list(device, 65536, '"pci"').optional(),
    gpuLinks: list(gpuLink, 65536, '"gpuLinks"').optional().describe('How GPUs reach each other.'),
    interconnects: list(interconnect, 65536, '"interconnects"')
      .optional()
      .describe('What reading memory of another node costs, as the firmware (HMAT) tells.'),
    iommu: z
      .strictObject({
        enabled: flag('"enabled"').optional(),
        passthrough: flag('"passthrough"').optional().describe('iommu=pt'),
        acsOverride: flag('"acsOverride"')
          .optional()
          .describe('pcie_acs_override= splits IOMMU groups that the hardware does not keep apart.'),
      })
      .optional(),
    hugetlbfs: list(
      z.strictObject({ path: text('A path', 4096), pageSizeKiB: pageSizeKiB.optional() }),
      256,
      '"hugetlbfs"',
    )
      .optional()
      .describe('Where huge pages are mounted.'),
    software: z
      .strictObject({
        kernel: text('A version').optional(),
        qemu: text('A version').optional(),
        libvirt: text('A version').optional(),
        numad: flag('"numad"')
          .optional()
          .describe('Whether numad is installed, which libvirt asks where a domain says placement="auto".'),
      })
      .optional(),
    volatile: volatileFacts.optional().describe('What may have changed since the capture.'),
  },
  { error: 'A host profile is a JSON object with "schemaVersion": 1 and "nodes".' },
);

/** Every key that stands anywhere in a profile, to find what a misspelt one was meant to be. */
export const PROFILE_KEYS: readonly string[] = [HostProfile, node, cpu, device, volatileFacts].flatMap(
  (object) => Object.keys(object.shape),
);

export type HostProfile = z.output<typeof HostProfile>;
export type NodeProfile = HostProfile['nodes'][number];
export type CpuProfile = z.output<typeof cpu>;
export type DeviceProfile = z.output<typeof device>;
export type VolatileFacts = z.output<typeof volatileFacts>;
