import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../../server/src/host/format.ts';
import type { Host } from '../../server/src/host/host.ts';
import { PROFILE_LIMIT } from '../../server/src/host/load.ts';
import { readProfile } from '../../server/src/host/read.ts';
import { MiB } from '../../server/src/values/byteSize.ts';
import { parseIndexSet } from '../../server/src/values/indexSet.ts';

const profiles = path.resolve(import.meta.dirname, '../../profiles');
const referenceFiles = fs.readdirSync(profiles).filter((name) => name.endsWith('.hostprofile.json'));

/** What is wrong with a text, each as `characters at fault: message`. */
function problemsOf(text: string): string[] {
  const read = readProfile(text);
  if ('host' in read) throw new Error('nothing is wrong with it');
  return read.problems.map(({ at, message }) => `${text.slice(at.start, at.end)}: ${message}`);
}

function hostOf(text: string): Host {
  const read = readProfile(text);
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.host;
}

const reference = (name: string): Host =>
  hostOf(fs.readFileSync(path.join(profiles, `${name}.hostprofile.json`), 'utf8'));

/** A profile of two nodes, with parts replaced. */
const twoNodes = (more: object = {}): string =>
  JSON.stringify({
    schemaVersion: 1,
    nodes: [
      { id: 0, cpus: '0-1', memoryMiB: 1024 },
      { id: 1, cpus: '2-3', memoryMiB: 1024 },
    ],
    ...more,
  });

const withNodes = (...nodes: object[]): string => twoNodes({ nodes });

describe('readProfile, of what is no profile', () => {
  it.each([
    ['', ': A JSON value is missing here.'],
    ['{"schemaVersion": 1,}', ',: Remove the comma before }.'],
    ['{"schemaVersion": 1 // yes', '/: JSON has no comments: remove this one.'],
    ['[]', '[]: A host profile is a JSON object with "schemaVersion": 1 and "nodes".'],
    [
      '{"nodes": [{"id": 0, "cpus": "0"}]}',
      '{"nodes": [{"id": 0, "cpus": "0"}]}: "schemaVersion" is missing. This version of VirtLens reads profiles of "schemaVersion": 1.',
    ],
    [twoNodes({ schemaVersion: 2 }), '2: This version of VirtLens reads profiles of "schemaVersion": 1.'],
    [withNodes(), '[]: A machine has at least one node.'],
    [
      withNodes({ cpus: '0' }),
      '{"cpus":"0"}: "id" is missing. The number of a host node is a whole number from 0 to 1023.',
    ],
    [withNodes({ id: 0.5, cpus: '0' }), '0.5: The number of a host node is a whole number from 0 to 1023.'],
    [withNodes({ id: 0, cpus: 'all' }), '"all": A list of CPUs reads like "0-15,32-47"; no CPU is "".'],
    [
      withNodes({ id: 0, cpus: '3-1' }),
      '"3-1": A range of CPUs goes from the lower number to the higher one.',
    ],
    [withNodes({ id: 0, cpus: '0', memory: 1 }), '"memory": A host profile has no "memory" here: remove it.'],
    [
      twoNodes({ isolatedCpu: '1' }),
      '"isolatedCpu": A host profile has no "isolatedCpu" here: did you mean "isolatedCpus"?',
    ],
    [
      twoNodes({ pci: [{ address: '3B:00.0', class: '030000' }] }),
      '"3B:00.0": A PCI address reads like "0000:af:00.0": domain, bus, slot and function, in lower case.',
    ],
    [
      twoNodes({ pci: [{ address: '0000:3b:00.0', class: '0x030000' }] }),
      '"0x030000": A PCI class is 6 hexadecimal digits in lower case, such as "030200".',
    ],
    [
      twoNodes({ pci: [{ address: '0000:3b:00.0', class: '030000', nodes: [] }] }),
      '[]: Leave "nodes" out where the locality is unknown.',
    ],
    [
      twoNodes({ gpuLinks: [{ a: '0000:3b:00.0', b: '0000:af:00.0', kind: 'FAST' }] }),
      '"FAST": The kind of a link is NV with a number, PIX, PXB, PHB, NODE or SYS.',
    ],
    [
      twoNodes({ volatile: { capturedAt: 'yesterday' } }),
      '"yesterday": A time reads like "2026-01-31T12:00:00Z", in UTC.',
    ],
    [
      twoNodes({ volatile: {} }),
      '{}: "capturedAt" is missing. A time reads like "2026-01-31T12:00:00Z", in UTC.',
    ],
  ])('names the place and what to do: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('says the key of a distance that is none', () => {
    const text = withNodes({ id: 0, cpus: '0', distances: { zero: 10 } });
    expect(problemsOf(text)).toEqual(['"zero": A node is named by its number, such as "0".']);
  });

  it('is not read beyond all measure', () => {
    const [problem] = problemsOf(`${twoNodes()}${' '.repeat(PROFILE_LIMIT)}`);
    expect(problem).toContain('longer than 4 MB');
    const many = Array.from({ length: 500 }, () => ({ id: -1 }));
    expect(problemsOf(twoNodes({ cpus: many }))).toHaveLength(20);
  });
});

describe('readProfile, of what contradicts itself', () => {
  const gpu = { address: '0000:3b:00.0', class: '030000' };
  it.each([
    [
      withNodes({ id: 0, cpus: '0' }, { id: 0, cpus: '1' }),
      '0: Node 0 stands here twice: remove one of the two.',
    ],
    [
      withNodes({ id: 0, cpus: '0-3' }, { id: 1, cpus: '3-5' }),
      '"3-5": CPU 3 is in node 0 already: a CPU has one node, so remove it from one of them.',
    ],
    [withNodes({ id: 0, cpus: '' }), '[{"id":0,"cpus":""}]: No node has a CPU: give the nodes their "cpus".'],
    [twoNodes({ offlineCpus: '3-4' }), '"3-4": CPU 3 is in a node, where only CPUs that are online stand.'],
    [
      twoNodes({ isolatedCpus: '3-5', offlineCpus: '4' }),
      '"3-5": CPU 5 is in no node: correct the list or the nodes.',
    ],
    [
      withNodes({ id: 0, cpus: '0', distances: { 0: 10, 1: 20 } }),
      '20: There is no node 1: the nodes are 0.',
    ],
    [
      withNodes({ id: 0, cpus: '0', distances: { 0: 10 } }, { id: 2, cpus: '1' }),
      '{"0":10}: The distance to node 2 is missing: give one to every node.',
    ],
    [
      withNodes({ id: 0, cpus: '0', distances: { 0: 20, 2: 10 } }, { id: 2, cpus: '1' }),
      '10: Node 2 is nearer than the node itself (10 and 20): a node is nearest to itself.',
    ],
    [
      withNodes({ id: 0, cpus: '0', memoryMiB: 1024, hugePages: [{ sizeKiB: 2048, total: 513 }] }),
      '[{"sizeKiB":2048,"total":513}]: Huge pages of 1026 MiB are more than the 1024 MiB that node 0 has: correct one of the two.',
    ],
    [
      withNodes({
        id: 0,
        cpus: '0',
        hugePages: [
          { sizeKiB: 2048, total: 1 },
          { sizeKiB: 2048, total: 2 },
        ],
      }),
      '2048: Pages of 2048 KiB stand here twice: join the two.',
    ],
    [
      withNodes({ id: 0, cpus: '0', hugePages: [{ sizeKiB: 64, total: 1 }] }).replace(
        '{',
        '{"pageSizesKiB":[4,2048],',
      ),
      '64: Pages of 64 KiB are not among "pageSizesKiB" (4, 2048): add them there, or correct the size.',
    ],
    [twoNodes({ cpus: [{ id: 1 }, { id: 1 }] }), '1: CPU 1 stands here twice: remove one of the two.'],
    [
      twoNodes({ cpus: [{ id: 4 }] }),
      '4: CPU 4 is in no node: add it to the "cpus" of a node, or remove it.',
    ],
    [
      twoNodes({ cpus: [{ id: 0, siblings: '1' }] }),
      '"1": The siblings of CPU 0 do not name CPU 0 itself: add it.',
    ],
    [
      twoNodes({
        cpus: [
          { id: 0, siblings: '0-1' },
          { id: 1, siblings: '1' },
        ],
      }),
      '"0-1": CPU 0 names CPU 1 as a sibling, and CPU 1 has the siblings "1": all CPUs of a core have the same list.',
    ],
    [
      twoNodes({
        cpus: [
          { id: 0, siblings: '0-1' },
          { id: 1, siblings: '0-2' },
        ],
      }),
      '"0-2": CPU 1 names CPU 0 as a sibling, and CPU 0 has the siblings "0-1": all CPUs of a core have the same list.',
    ],
    [
      twoNodes({ pci: [gpu, gpu] }),
      '"0000:3b:00.0": Device 0000:3b:00.0 stands here twice: remove one of the two.',
    ],
    [twoNodes({ pci: [{ ...gpu, nodes: [0, 2] }] }), '[0,2]: There is no node 2: the nodes are 0, 1.'],
    [
      twoNodes({ iommu: { enabled: false }, pci: [{ ...gpu, iommuGroup: 7 }] }),
      '7: Device 0000:3b:00.0 is in IOMMU group 7, and "iommu" says that there is none: correct one of the two.',
    ],
    [
      twoNodes({ pci: [{ ...gpu, physicalFunction: gpu.address }] }),
      '"0000:3b:00.0": A device is no virtual function of itself: name the physical function.',
    ],
    [
      twoNodes({ pci: [gpu], gpuLinks: [{ a: gpu.address, b: '0000:af:00.0', kind: 'SYS' }] }),
      '"0000:af:00.0": "pci" has no device 0000:af:00.0: add it there.',
    ],
    [
      twoNodes({ volatile: { capturedAt: '2026-01-31T12:00:00Z', nodes: [{ id: 2 }] } }),
      '2: There is no node 2.',
    ],
    [
      twoNodes({ volatile: { capturedAt: '2026-01-31T12:00:00Z', nodes: [{ id: 1, freeMiB: 1025 }] } }),
      '1025: 1025 MiB are free of the 1024 MiB that node 1 has: correct one of the two.',
    ],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('but not where sizes were rounded', () => {
    const pages = [{ sizeKiB: 1023.5 * 1024, total: 1 }];
    hostOf(withNodes({ id: 0, cpus: '0', memoryMiB: 1023, hugePages: pages }));
  });
});

describe('a host', () => {
  const workstation = reference('two-node-workstation');

  it('knows nodes, CPUs, cores and distances', () => {
    expect(workstation.nodes.map(({ id, cpus }) => [id, `${cpus}`])).toEqual([
      [0, '0-15,32-47'],
      [1, '16-31,48-63'],
    ]);
    expect(workstation.nodeOfCpu(47)).toBe(0);
    expect(workstation.nodeOfCpu(64)).toBeUndefined();
    expect(`${workstation.cpusOfNode(1)}`).toBe('16-31,48-63');
    expect(workstation.cpusOfNode(2).isEmpty).toBe(true);
    expect(`${workstation.nodesOfCpus(parseIndexSet('15-16,99')!)}`).toBe('0-1');
    expect(`${workstation.siblings(33)}`).toBe('1,33');
    expect(workstation.siblings(64)).toBeUndefined();
    expect(workstation.cpu(20)).toMatchObject({ package: 1, core: 4 });
    expect([workstation.distance(0, 1), workstation.distance(1, 1), workstation.distance(0, 2)]).toEqual([
      21,
      10,
      undefined,
    ]);
  });

  it('knows devices, their nodes and their groups', () => {
    const gpu = workstation.device('0000:af:00.0')!;
    expect(`${gpu.nodes}`).toBe('1');
    expect(workstation.device({ domain: 0, bus: 0xaf, slot: 0, fn: 0 })).toBe(gpu);
    expect(workstation.device('0000:af:00.7')).toBeUndefined();
    expect(workstation.iommuGroup(70).map(({ address }) => address)).toEqual([
      '0000:af:00.0',
      '0000:af:00.1',
    ]);
    expect(workstation.devicesOfNode(1).map(({ address }) => address)).toEqual([
      '0000:af:00.0',
      '0000:af:00.1',
      '0000:d8:00.0',
    ]);
  });

  it('knows memory and huge pages', () => {
    const [first] = workstation.nodes;
    expect(first!.memory).toBe(64512n * MiB);
    expect([...first!.hugePages!]).toEqual([
      [2n * MiB, 0],
      [1024n * MiB, 32],
    ]);
    expect(hostOf(twoNodes()).nodes[0]!.hugePages).toBeUndefined();
    expect(reference('grace-hopper').memoryOnlyNodes.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('places a virtual function where its device is, and everything on an only node', () => {
    const device = { address: '0000:3b:00.0', class: '020000' };
    const vf = { ...device, address: '0000:3b:00.1', physicalFunction: device.address };
    const host = hostOf(
      twoNodes({ pci: [{ ...device, nodes: [0, 1] }, vf, { ...device, address: '0000:3c:00.0' }] }),
    );
    expect(host.devices.map(({ nodes }) => nodes?.toString())).toEqual(['0-1', '0-1', undefined]);
    const single = hostOf(
      withNodes({ id: 3, cpus: '0' }).replace('{', `{"pci":[${JSON.stringify(device)}],`),
    );
    expect(`${single.devices[0]!.nodes}`).toBe('3');
  });

  it('knows how GPUs are linked, whichever is named first', () => {
    const hgx = reference('hgx-h100');
    expect(hgx.gpuLink('0000:df:00.0', '0000:1b:00.0')).toBe('NV18');
    expect(hgx.gpuLink('0000:1b:00.0', '0000:18:00.0')).toBeUndefined();
  });

  it('keeps isolated and offline CPUs apart', () => {
    const host = hostOf(twoNodes({ isolatedCpus: '1', offlineCpus: '4-7' }));
    expect([host.isolatedCpus, host.offlineCpus, host.cpus].map(String)).toEqual(['1', '4-7', '0-3']);
  });
});

describe('the reference profiles', () => {
  it('are the eight that are promised', () => {
    expect(referenceFiles).toHaveLength(8);
  });

  it('are what their descriptions make of them', () => {
    const script = path.resolve(profiles, '../scripts/profiles.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(referenceFiles)('%s is sound, and written as a capture writes', (file) => {
    const text = fs.readFileSync(path.join(profiles, file), 'utf8');
    const { profile } = hostOf(text);
    expect(formatProfile(profile)).toBe(text);
    expect(profile.label).toBeTruthy();
    expect(fs.readFileSync(path.join(profiles, 'README.md'), 'utf8')).toContain(`**${file.split('.')[0]}.**`);
  });
});
