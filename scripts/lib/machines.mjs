// The machines of the reference profiles, in short. profiles/README.md says where each fact comes from, and which are only
// an example.

import { cpusOf, devices, GiB, nodesOf, range } from './machineParts.mjs';

const x86 = (cpuVendor, physicalAddressBits) => ({
  schemaVersion: 1,
  sources: ['public documentation'],
  arch: 'x86_64',
  cpuVendor,
  physicalAddressBits,
  pageSizesKiB: [4, 2048, 1048576],
  iommu: { enabled: true },
});

/** Every pair of GPUs with the same link. */
const allLinked = (gpus, kind) => gpus.flatMap((a, i) => gpus.slice(i + 1).map((b) => ({ a, b, kind })));

const hgxGpus = ['1b', '43', '52', '61', '9d', 'c3', 'd1', 'df'].map((bus) => `0000:${bus}:00.0`);
const hgxNics = ['18', '40', '4f', '5e', '9a', 'c0', 'ce', 'dc'].map((bus) => `0000:${bus}:00.0`);
const sameSocket = (each) => (a, b) => Math.floor(a / each) === Math.floor(b / each);

const hgx = {
  ...x86('GenuineIntel', 46),
  label: 'Two-socket server with eight H100 GPUs (DGX H100)',
  nodes: nodesOf({ count: 2, cores: 112, memoryMiB: 1031712, distance: () => 21 }),
  cpus: cpusOf({
    cores: 112,
    l3: 56,
    packageOf: (core) => Math.floor(core / 56),
    coreId: (core) => core % 56,
  }),
  pci: devices([
    ...hgxGpus.map((address, i) => ['h100', address, [i < 4 ? 0 : 1]]),
    ...hgxNics.map((address, i) => ['connectx7', address, [i < 4 ? 0 : 1]]),
  ]),
  gpuLinks: allLinked(hgxGpus, 'NV18'),
};

const epyc = {
  ...x86('AuthenticAMD', 48),
  label: 'One EPYC 7763 as four nodes (NPS4), with four A100 GPUs',
  nodes: nodesOf({ count: 4, cores: 64, memoryMiB: 64 * GiB - 1024, distance: () => 12 }),
  cpus: cpusOf({ cores: 64, l3: 8 }),
  pci: devices([
    ['a100', '0000:01:00.0', [3]],
    ['a100', '0000:41:00.0', [2]],
    ['a100', '0000:81:00.0', [1]],
    ['a100', '0000:c1:00.0', [0]],
    ['connectx5', '0000:c2:00.0', [0]],
    ['nvme', '0000:82:00.0', [1]],
  ]),
};

const threadripper = {
  ...x86('AuthenticAMD', 43),
  label: 'Threadripper 1950X in local mode: two dies, two nodes',
  nodes: nodesOf({ count: 2, cores: 16, memoryMiB: 32 * GiB - 512, distance: () => 16 }),
  cpus: cpusOf({ cores: 16, l3: 4, dieOf: (core) => Math.floor(core / 8) }),
  pci: devices(
    [
      ['gtx1080ti', '0000:0a:00.0', [0], 15],
      ['gp102Audio', '0000:0a:00.1', [0], 15],
      ['nvme', '0000:08:00.0', [0]],
      ['gtx1080ti', '0000:42:00.0', [1], 30],
      ['gp102Audio', '0000:42:00.1', [1], 30],
      ['nvme', '0000:41:00.0', [1]],
    ],
    { '0000:0a:00.0': { bootVga: true } },
  ),
};

const ryzen = {
  ...x86('AuthenticAMD', 48),
  label: 'Ryzen 9 7950X desktop: one node, two caches',
  nodes: nodesOf({ count: 1, cores: 16, memoryMiB: 64 * GiB - 2048 }),
  cpus: cpusOf({ cores: 16, l3: 8 }),
  pci: devices(
    [
      ['rtx4090', '0000:01:00.0', [0], 12],
      ['ad102Audio', '0000:01:00.1', [0], 12],
      ['nvme', '0000:02:00.0', [0]],
      ['i210', '0000:05:00.0', [0]],
      ['raphael', '0000:0f:00.0', [0]],
    ],
    { '0000:0f:00.0': { bootVga: true } },
  ),
};

/** P cores have two threads beside each other; E cores have one, and four of them share a cluster. */
const hybridCpus = [
  ...range(0, 16).map((id) => {
    const core = Math.floor(id / 2);
    const first = core * 2;
    return {
      id,
      package: 0,
      die: 0,
      cluster: core * 8,
      core: core * 4,
      siblings: `${first}-${first + 1}`,
      l3: 0,
      type: 'P',
    };
  }),
  ...range(16, 16).map((id) => {
    const core = 16 + id;
    return {
      id,
      package: 0,
      die: 0,
      cluster: (core - (core % 4)) * 2,
      core,
      siblings: `${id}`,
      l3: 0,
      type: 'E',
    };
  }),
];

const hybrid = {
  ...x86('GenuineIntel', 46),
  label: 'Core i9-13900K desktop: performance and efficiency cores',
  nodes: [{ id: 0, cpus: '0-31', memoryMiB: 64 * GiB - 2048, kind: 'dram', distances: { 0: 10 } }],
  cpus: hybridCpus,
  pci: devices(
    [
      ['uhd770', '0000:00:02.0', [0]],
      ['rtx4090', '0000:01:00.0', [0], 14],
      ['ad102Audio', '0000:01:00.1', [0], 14],
      ['nvme', '0000:02:00.0', [0]],
      ['i210', '0000:05:00.0', [0]],
    ],
    { '0000:00:02.0': { bootVga: true } },
  ),
};

/** Node 1 is the GPU's memory; nodes 2-8 wait for the parts into which the GPU can be split. */
const graceDistance = (from, to) => (from === to ? 10 : from === 0 || to === 0 ? 80 : 255);
const graceHopper = {
  schemaVersion: 1,
  label: 'Grace Hopper GH200: the GPU memory is a node without CPUs',
  sources: ['public documentation'],
  arch: 'aarch64',
  cpuVendor: 'ARM',
  pageSizesKiB: [64, 2048, 524288, 16777216],
  iommu: { enabled: true },
  nodes: range(0, 9).map((id) => ({
    id,
    cpus: id === 0 ? '0-71' : '',
    memoryMiB: [490037, 97280][id] ?? 0,
    kind: id === 0 ? 'dram' : 'gpu',
    distances: Object.fromEntries(range(0, 9).map((to) => [to, graceDistance(id, to)])),
  })),
  cpus: cpusOf({ cores: 72, threads: 1, l3: 72 }),
  pci: devices([['gh200', '0009:01:00.0', [0]]]),
};

const snc2 = {
  ...x86('GenuineIntel', 46),
  label: 'Two Xeon Platinum 8480+ sockets, each as two nodes (SNC2)',
  nodes: nodesOf({
    count: 4,
    cores: 112,
    memoryMiB: 128 * GiB - 1536,
    distance: (a, b) => (sameSocket(2)(a, b) ? 12 : 21),
  }),
  cpus: cpusOf({
    cores: 112,
    l3: 56,
    packageOf: (core) => Math.floor(core / 56),
    coreId: (core) => core % 56,
  }),
  pci: devices([
    ['connectx7', '0000:16:00.0', [0]],
    ['a100', '0000:38:00.0', [0]],
    ['a100', '0000:5a:00.0', [1]],
    ['a100', '0000:a8:00.0', [2]],
    ['connectx7', '0000:c8:00.0', [3]],
    ['a100', '0000:ca:00.0', [3]],
  ]),
};

const workstation = {
  ...x86('GenuineIntel', 46),
  label: 'Two-socket workstation with a GPU on either node',
  nodes: nodesOf({ count: 2, cores: 32, memoryMiB: 64 * GiB - 1024, distance: () => 21 }).map((node) => ({
    ...node,
    hugePages: [
      { sizeKiB: 2048, total: 0 },
      { sizeKiB: 1048576, total: 32 },
    ],
  })),
  cpus: cpusOf({
    cores: 32,
    l3: 16,
    packageOf: (core) => Math.floor(core / 16),
    coreId: (core) => core % 16,
  }),
  hugetlbfs: [{ path: '/dev/hugepages', pageSizeKiB: 1048576 }],
  pci: devices(
    [
      ['i210', '0000:04:00.0', [0]],
      ['a5000', '0000:3b:00.0', [0], 40],
      ['ga102Audio', '0000:3b:00.1', [0], 40],
      ['nvme', '0000:5e:00.0', [0]],
      ['a5000', '0000:af:00.0', [1], 70],
      ['ga102Audio', '0000:af:00.1', [1], 70],
      ['connectx5', '0000:d8:00.0', [1]],
    ],
    { '0000:3b:00.0': { bootVga: true } },
  ),
};

/** By the name that --host takes. */
export const machines = {
  'hgx-h100': hgx,
  'epyc-nps4': epyc,
  'threadripper-1950x': threadripper,
  'ryzen-desktop': ryzen,
  'intel-hybrid': hybrid,
  'grace-hopper': graceHopper,
  'xeon-snc2': snc2,
  'two-node-workstation': workstation,
};
