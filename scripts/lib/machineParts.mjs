// What the machines of the reference profiles are put together from: CPUs, nodes and devices.

export const GiB = 1024; // in MiB
const MB = 1024 * 1024;

export const range = (start, length) => Array.from({ length }, (_, i) => start + i);
const span = (start, length) => (length === 1 ? `${start}` : `${start}-${start + length - 1}`);

/**
 * CPUs in the order in which Linux counts most machines: the first threads of all cores, then their second ones.
 * @param l3 how many cores share a last cache; coreId, packageOf and dieOf take the number of a core.
 */
export function cpusOf({
  cores,
  threads = 2,
  l3,
  packageOf = () => 0,
  dieOf = () => 0,
  coreId = (core) => core,
}) {
  return range(0, cores * threads).map((id) => {
    const core = id % cores;
    const siblings = range(0, threads).map((thread) => core + thread * cores);
    return {
      id,
      package: packageOf(core),
      die: dieOf(core),
      core: coreId(core),
      siblings: siblings.join(','),
      l3: core - (core % l3),
    };
  });
}

/** Nodes that each hold as many cores as the others, with a distance for each step between them. */
export function nodesOf({ count, cores, threads = 2, memoryMiB, distance, kind = 'dram' }) {
  const each = cores / count;
  return range(0, count).map((id) => ({
    id,
    cpus: range(0, threads)
      .map((thread) => span(id * each + thread * cores, each))
      .join(','),
    memoryMiB,
    kind,
    distances: Object.fromEntries(range(0, count).map((to) => [to, to === id ? 10 : distance(id, to)])),
  }));
}

const bar = (index, bytes, wide = true, prefetchable = true) => ({ index, bytes, wide, prefetchable });
const link = (gigatransfers, width) => ({ gigatransfers, width });

const KINDS = {
  h100: {
    class: '030200',
    vendor: '10de',
    device: '2330',
    name: 'NVIDIA Corporation GH100 [H100 SXM5 80GB]',
    bars: [bar(0, 16 * MB), bar(2, 128 * GiB * MB), bar(4, 32 * MB)],
    link: link(32, 16),
  },
  gh200: {
    class: '030200',
    vendor: '10de',
    device: '2342',
    name: 'NVIDIA Corporation GH100 [GH200 480GB]',
  },
  a100: {
    class: '030200',
    vendor: '10de',
    device: '20f1',
    name: 'NVIDIA Corporation GA100 [A100 PCIe 40GB]',
    bars: [bar(0, 16 * MB, false, false), bar(1, 64 * GiB * MB), bar(3, 32 * MB)],
    link: link(16, 16),
  },
  a5000: {
    class: '030000',
    vendor: '10de',
    device: '2231',
    name: 'NVIDIA Corporation GA102GL [RTX A5000]',
    bars: [bar(0, 16 * MB, false, false), bar(1, 256 * MB), bar(3, 32 * MB)],
    link: link(16, 16),
  },
  rtx4090: {
    class: '030000',
    vendor: '10de',
    device: '2684',
    name: 'NVIDIA Corporation AD102 [GeForce RTX 4090]',
    bars: [bar(0, 16 * MB, false, false), bar(1, 32 * GiB * MB), bar(3, 32 * MB)],
    link: link(16, 16),
  },
  gtx1080ti: {
    class: '030000',
    vendor: '10de',
    device: '1b06',
    name: 'NVIDIA Corporation GP102 [GeForce GTX 1080 Ti]',
    bars: [bar(0, 16 * MB, false, false), bar(1, 256 * MB), bar(3, 32 * MB)],
    link: link(8, 16),
  },
  ga102Audio: { class: '040300', vendor: '10de', device: '1aef', name: 'NVIDIA Corporation GA102 audio' },
  ad102Audio: { class: '040300', vendor: '10de', device: '22ba', name: 'NVIDIA Corporation AD102 audio' },
  gp102Audio: { class: '040300', vendor: '10de', device: '10ef', name: 'NVIDIA Corporation GP102 audio' },
  raphael: { class: '030000', vendor: '1002', device: '164e', name: 'AMD Raphael graphics' },
  uhd770: {
    class: '038000',
    vendor: '8086',
    device: 'a780',
    name: 'Intel Raptor Lake-S GT1 [UHD Graphics 770]',
  },
  connectx7: {
    class: '020700',
    vendor: '15b3',
    device: '1021',
    name: 'Mellanox Technologies MT2910 Family [ConnectX-7]',
    link: link(32, 16),
  },
  connectx5: {
    class: '020000',
    vendor: '15b3',
    device: '1017',
    name: 'Mellanox Technologies MT27800 Family [ConnectX-5]',
    link: link(8, 16),
  },
  i210: {
    class: '020000',
    vendor: '8086',
    device: '1533',
    name: 'Intel Corporation I210 Gigabit',
    link: link(2.5, 1),
  },
  nvme: {
    class: '010802',
    vendor: '144d',
    device: 'a80a',
    name: 'Samsung NVMe SSD (PM9A1/980PRO)',
    link: link(16, 4),
  },
};

/** Devices as [kind, address, nodes, IOMMU group]; without a group each is in one of its own. */
export function devices(list, more = {}) {
  let next = 1 + Math.max(0, ...list.map(([, , , group]) => group ?? 0));
  return list
    .map(([kind, address, nodes, group = next++]) => {
      const { bars, link: capability, ...ids } = KINDS[kind];
      return {
        address,
        ...ids,
        nodes,
        iommuGroup: group,
        ...(bars ? { bars } : {}),
        ...(more[address] ?? {}),
        ...(capability ? { link: capability } : {}),
      };
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}
