import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../server/src/host/read.ts';
import { captureProfile } from '../../server/src/lsp/captureProfile.ts';
import type { RecordedMachine } from '../lib/recordedMachine.ts';
import { arm, hybridWithoutNuma, twoSockets } from '../lib/recordedMachines.ts';

const script = path.resolve(import.meta.dirname, '../../profiles/capture.sh');
const NOW = new Date('2026-01-31T12:34:56.789Z');
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-capture-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const record = (machine: (root: string) => RecordedMachine): string =>
  machine(fs.mkdtempSync(path.join(folder, 'root-'))).root;

const capture = (root: string) => captureProfile({ root, label: undefined }, NOW);

/** The shells that this machine has; there is always one. */
const SHELLS = [['sh'], ['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(
  ([name, ...args]) => spawnSync(name!, [...args, '-c', ':']).status === 0,
);

const MACHINES = Object.entries({ twoSockets, hybridWithoutNuma, arm });

describe('the capture', () => {
  it('reads what the files say', () => {
    const { text, isGuest } = capture(record(twoSockets));
    expect(isGuest).toBe(false);
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 1,
      sources: ['sysfs'],
      arch: 'x86_64',
      cpuVendor: 'GenuineIntel',
      physicalAddressBits: 46,
      pageSizesKiB: [4, 2048, 1048576],
      isolatedCpus: '2-3,6',
      offlineCpus: '7',
      iommu: { enabled: true, passthrough: true, acsOverride: true },
      software: { kernel: '6.12.5-test', numad: false },
      hugetlbfs: [
        { path: '/dev/hugepages', pageSizeKiB: 2048 },
        { path: '/mnt/huge', pageSizeKiB: 1048576 },
        { path: '/mnt/default' },
      ],
      nodes: [
        node(0, '0-1,4-5', { 0: 10, 1: 21, 2: 17 }),
        node(1, '2-3,6', { 0: 21, 1: 10, 2: 28 }),
        node(2, '', { 0: 17, 1: 28, 2: 10 }),
      ],
      interconnects: [{ from: 0, to: 2, readLatencyNs: 250, readBandwidthMiBs: 30000 }],
      cpus: [
        { id: 0, package: 0, die: 0, core: 0, siblings: '0,4', l3: 0 },
        { id: 1, package: 0, die: 0, core: 1, siblings: '1,5', l3: 0 },
        { id: 2, package: 1, die: 0, core: 0, siblings: '2,6', l3: 2 },
        { id: 3, package: 1, die: 0, core: 1, siblings: '3', l3: 2 },
        { id: 4, package: 0, die: 0, core: 0, siblings: '0,4', l3: 0 },
        { id: 5, package: 0, die: 0, core: 1, siblings: '1,5', l3: 0 },
        { id: 6, package: 1, die: 0, core: 0, siblings: '2,6', l3: 2 },
      ],
      pci: [
        {
          address: '0000:15:01.0',
          class: '060400',
          vendor: '8086',
          device: '352a',
          nodes: [0],
          iommuGroup: 33,
          path: ['pci0000:15'],
        },
        {
          ...GPU,
          address: '0000:1b:00.0',
          nodes: [0],
          iommuGroup: 34,
          path: ['pci0000:15', '0000:15:01.0'],
          bootVga: true,
          link: { gigatransfers: 32, width: 16 },
        },
        {
          address: '0000:9a:00.0',
          class: '020700',
          vendor: '15b3',
          device: '1021',
          name: 'Mellanox Technologies MT2910',
          nodes: [1],
          iommuGroup: 91,
          path: ['pci0000:97'],
          virtualFunctions: 16,
        },
        {
          address: '0000:9a:00.1',
          class: '020700',
          vendor: '15b3',
          device: '101e',
          iommuGroup: null,
          path: ['pci0000:97'],
          physicalFunction: '0000:9a:00.0',
        },
        {
          ...GPU,
          address: '0000:9d:00.0',
          nodes: [1],
          iommuGroup: 90,
          path: ['pci0000:97', '0000:97:01.0'],
          mediatedDevices: true,
          link: { gigatransfers: 2.5, width: 16 },
        },
      ],
      volatile: {
        capturedAt: '2026-01-31T12:34:56Z',
        lockLimitKiB: 8192,
        nodes: [0, 1, 2].map((id) => ({
          id,
          freeMiB: id === 0 ? 1023 : 1024,
          freePages: [
            { sizeKiB: 2048, free: 511 },
            { sizeKiB: 1048576, free: 0 },
          ],
        })),
        drivers: {
          '0000:15:01.0': 'pcieport',
          '0000:1b:00.0': 'vfio-pci',
          '0000:9a:00.0': 'mlx5_core',
          '0000:9a:00.1': null,
          '0000:9d:00.0': 'vfio-pci',
        },
      },
    });
  });

  it('takes a machine without NUMA for one node, and knows kinds of cores and guests', () => {
    const { text, isGuest } = capture(record(hybridWithoutNuma));
    expect(isGuest).toBe(true);
    const profile = JSON.parse(text);
    expect(profile.nodes).toEqual([{ id: 0, cpus: '0-3', memoryMiB: 32000 }]);
    expect(profile.cpus.map(({ type }: { type: string }) => type)).toEqual(['P', 'P', 'E', 'E']);
    expect(profile.pci[0].nodes).toEqual([0]);
    expect(profile.pci[0]).not.toHaveProperty('link');
    expect(profile.iommu).toEqual({ enabled: false });
    expect(profile).not.toHaveProperty('pageSizesKiB');
    expect(profile.software).toEqual({ numad: true });
    expect(profile.volatile.lockLimitKiB).toBe('unlimited');
  });

  it('reads machines that are no PCs', () => {
    const profile = JSON.parse(capture(record(arm)).text);
    expect(profile).toMatchObject({ isGuest: true, arch: 'aarch64', cpuVendor: 'ARM', pageSizesKiB: [64] });
    expect(profile.pci[0].path).toEqual(['pci0000:00']);
  });

  it.each(MACHINES)('writes a profile that is read without complaint: %s', (_, machine) => {
    expect(readProfile(capture(record(machine)).text)).toHaveProperty('host');
  });

  it('tells nothing that names the machine', () => {
    expect(capture(record(twoSockets)).text).not.toContain('secret');
  });

  it('writes a line for every node, CPU and device', () => {
    const lines = capture(record(twoSockets)).text.split('\n');
    expect(lines.filter((line) => /^ {4}\{ .* \},?$/.test(line))).toHaveLength(3 + 3 + 1 + 7 + 5);
  });
});

describe.each(MACHINES)('the script, on %s', (_, machine) => {
  it.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
    'writes the same under %s',
    (__, [name, ...args]) => {
      const root = record(machine);
      const { status, stdout, stderr } = spawnSync(name!, [...args, script, root], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(withoutTime(stdout)).toBe(withoutTime(capture(root).text));
    },
  );
});

const withoutTime = (text: string): string =>
  text.replace(/"capturedAt": "[-\dT:]+Z"/, '"capturedAt": "now"');

const GPU = {
  class: '030200',
  vendor: '10de',
  device: '2330',
  name: 'NVIDIA Corporation GH100 [H100 "SXM5" 80GB]',
  bars: [
    { index: 0, bytes: 16 * 1024 ** 2, wide: false, prefetchable: false },
    { index: 1, bytes: 128 * 1024 ** 3, wide: true, prefetchable: true },
  ],
};

const node = (id: number, cpus: string, distances: Record<number, number>) => ({
  id,
  cpus,
  memoryMiB: 65535,
  distances,
  hugePages: [
    { sizeKiB: 2048, total: 512 },
    { sizeKiB: 1048576, total: id },
  ],
});
