import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../server/src/host/host.ts';
import { readProfile } from '../../server/src/host/read.ts';
import { MiB } from '../../server/src/values/byteSize.ts';
import { type BootReport, bootGuest } from './boot.ts';
import { available } from './qemu.ts';

const wanted = process.env.VIRTLENS_ORACLES === '1' && available();
const script = fs.readFileSync(path.resolve(import.meta.dirname, '../../profiles/capture.sh'), 'utf8');

/** A guest that plays the host: three nodes, one of them only memory, and a GPU near the second. */
const OPTIONS = [
  '-accel tcg -machine q35 -cpu max -nic none -vga none -m 640M -smp 4,sockets=2,cores=2,threads=1',
  '-object memory-backend-ram,id=m0,size=256M -object memory-backend-ram,id=m1,size=256M',
  '-object memory-backend-ram,id=m2,size=128M',
  '-numa node,nodeid=0,cpus=0-1,memdev=m0 -numa node,nodeid=1,cpus=2-3,memdev=m1 -numa node,nodeid=2,memdev=m2',
  '-numa dist,src=0,dst=1,val=21 -numa dist,src=0,dst=2,val=17 -numa dist,src=1,dst=2,val=28',
  '-device pxb-pcie,id=near1,bus_nr=128,numa_node=1,bus=pcie.0 -device pcie-root-port,id=port1,bus=near1,chassis=1',
  '-device virtio-gpu-pci,bus=port1 -device virtio-rng-pci,bus=pcie.0',
];

describe.skipIf(!wanted)('the capture script in a booted machine', () => {
  let report: BootReport;
  let host: Host;
  beforeAll(async () => {
    report = await bootGuest(OPTIONS.join(' ').split(' '), 100_000, script);
    const read = readProfile(report.output);
    if ('problems' in read)
      throw new Error(`${read.problems[0]?.message}\n${report.message}\n${report.output}`);
    host = read.host;
  }, 320_000);

  it('finds the nodes of the options', () => {
    expect(host.nodes.map(({ cpus }) => `${cpus}`)).toEqual(['0-1', '2-3', '']);
    const distances = host.nodes.map((from) => host.nodes.map((to) => host.distance(from.id, to.id)));
    expect(distances).toEqual([
      [10, 21, 17],
      [21, 10, 28],
      [17, 28, 10],
    ]);
    // The kernel and the firmware keep some of it.
    for (const [id, size] of [256n, 256n, 128n].entries()) {
      const { memory } = host.node(id)!;
      expect(memory).toBeLessThanOrEqual(size * MiB);
      expect(memory).toBeGreaterThan((size - 64n) * MiB);
    }
  });

  it('finds the sockets and cores of the options', () => {
    const places = [0, 1, 2, 3].map((cpu) => [host.cpu(cpu)?.package, `${host.siblings(cpu)}`]);
    expect(places).toEqual([
      [0, '0'],
      [0, '1'],
      [1, '2'],
      [1, '3'],
    ]);
  });

  it('finds where devices are, as the kernel itself says', () => {
    const gpu = host.devices.find(({ facts }) => facts.vendor === '1af4' && facts.device === '1050')!;
    expect(`${gpu.nodes}`).toBe('1');
    expect(gpu.facts.path).toHaveLength(2);
    const random = host.devices.find(({ facts }) => facts.device === '1044' || facts.device === '1005')!;
    expect(random.nodes).toBeUndefined();
    expect(host.devices.map(({ address }) => address)).toEqual(report.devices.map(({ address }) => address));
  });

  it('says that the machine is itself a guest', () => {
    expect(host.profile).toMatchObject({ isGuest: true, arch: 'x86_64', sources: ['sysfs'] });
  });
});
