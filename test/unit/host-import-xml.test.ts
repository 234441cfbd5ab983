import { describe, expect, it } from 'vitest';
import { importCapabilities } from '../../server/src/host/import/capabilities.ts';
import type { Imported } from '../../server/src/host/import/document.ts';
import { importLstopo } from '../../server/src/host/import/lstopo.ts';
import { importNodeDevices } from '../../server/src/host/import/nodedev.ts';
import { readMask } from '../../server/src/host/import/numbers.ts';
import * as examples from './host-importExamples.ts';

const messages = ({ problems }: Imported): string[] =>
  problems.map(({ file, line, severity, message }) => `${severity} ${file}:${line ?? '-'} ${message}`);

describe('virsh capabilities', () => {
  const { facts, problems } = importCapabilities(examples.capabilities, 'caps.xml');

  it('gives the machine', () => {
    expect(problems).toEqual([]);
    expect(facts).toMatchObject({
      source: 'virsh capabilities',
      arch: 'x86_64',
      cpuVendor: 'AuthenticAMD',
      physicalAddressBits: 48,
      pageSizesKiB: [4, 2048, 1048576],
      iommu: { enabled: true },
      interconnects: [{ from: 0, to: 1, readLatencyNs: 140, readBandwidthMiBs: 32768 }],
    });
  });

  it('gives nodes, with huge pages only where pools are listed', () => {
    const pools = [
      { sizeKiB: 2048, total: 0 },
      { sizeKiB: 1048576, total: 2 },
    ];
    expect(facts.nodes).toEqual([
      { id: 0, cpus: '0-1,4-5', memoryMiB: 8192, distances: { 0: 10, 1: 32 }, hugePages: pools },
      { id: 1, cpus: '2-3,6-7', memoryMiB: 8192, distances: { 0: 32, 1: 10 }, hugePages: undefined },
    ]);
  });

  it('gives CPUs, and by the lowest number what shares a cache', () => {
    expect(facts.cpus).toHaveLength(8);
    expect(facts.cpus).toContainEqual({
      id: 6,
      package: 1,
      die: 0,
      cluster: 0,
      core: 0,
      siblings: '2,6',
      l3: 2,
    });
  });

  it('leaves out more huge pages than a node has memory', () => {
    const impossible = examples.capabilities.replace("size='1048576'>2<", "size='1048576'>9<");
    const read = importCapabilities(impossible, 'caps.xml');
    expect(read.facts.nodes![0]!.hugePages).toBeUndefined();
    expect(messages(read)).toEqual([
      'note caps.xml:14 Huge pages of 9216 MiB are more than the 8192 MiB of their node: they are left out.',
    ]);
  });

  it('names what is not readable by its line, and reads the rest', () => {
    const read = importCapabilities(
      examples.capabilities.replace("<cpu id='1' ", "<cpu id='one' "),
      'caps.xml',
    );
    expect(messages(read)).toEqual([
      'error caps.xml:22 The number of a CPU or of its siblings is not readable: it is left out.',
    ]);
    expect(read.facts.cpus).toHaveLength(7);
  });

  it('tells another document by its name', () => {
    expect(messages(importCapabilities('<domain/>', 'vm.xml'))).toEqual([
      'error vm.xml:1 <capabilities> is expected here, not <domain>: give virsh capabilities.',
    ]);
    const other = importCapabilities(
      '<domainCapabilities><arch>aarch64</arch></domainCapabilities>',
      'd.xml',
    );
    expect(other.facts).toEqual({ source: 'virsh capabilities' });
    expect(messages(other)[0]).toMatch(/^note d\.xml:1 /);
  });
});

describe('virsh nodedev-dumpxml', () => {
  it('reads several devices, with decimal and hexadecimal numbers each as they are meant', () => {
    const { facts, problems } = importNodeDevices(examples.nodedev, 'all.xml');
    expect(problems).toEqual([]);
    expect(facts.pci).toEqual([
      {
        address: '0000:af:00.0',
        class: '030200',
        vendor: '10de',
        device: '2331',
        name: 'GH100 [H100 PCIe & friends]',
        nodes: [1],
        iommuGroup: 71,
        path: ['pci0000:ae', '0000:ae:02.0'],
        link: { gigatransfers: 32, width: 16 },
      },
      {
        address: '0000:b0:1f.7',
        class: '020000',
        vendor: '15b3',
        device: '1018',
        physicalFunction: '0000:b0:00.1',
        virtualFunctions: 8,
      },
    ]);
  });

  it('knows devices of which mediated ones can be made', () => {
    const types =
      "<capability type='mdev_types'><type id='nvidia-1'><deviceAPI>vfio-pci</deviceAPI></type></capability>";
    const { facts } = importNodeDevices(examples.nodedev.replace('<numa', `${types}<numa`), 'all.xml');
    expect(facts.pci!.map(({ mediatedDevices }) => mediatedDevices)).toEqual([true, undefined]);
  });

  it('takes the address from the name where libvirt did not know a number, and no class for an unknown one', () => {
    const odd = examples.nodedev.replace('<bus>175<', '<bus>4294967295<').replace('0x030200', '0xffffff');
    const { facts, problems } = importNodeDevices(odd, 'gpu.xml');
    expect(problems).toEqual([]);
    expect(facts.pci![0]).toMatchObject({ address: '0000:af:00.0', class: undefined });
    const nameless = importNodeDevices(odd.replace('pci_0000_af_00_0', 'gpu'), 'gpu.xml');
    expect(messages(nameless)).toEqual([
      'error gpu.xml:6 The PCI address of the device "gpu" is not readable: it is left out.',
    ]);
  });

  it('passes over devices of other kinds, and a prompt, a declaration and a frame around them', () => {
    const scsi = "<device><name>scsi_host0</name><capability type='scsi_host'/></device>";
    const read = importNodeDevices(`$ virsh nodedev-dumpxml scsi_host0\n${scsi}`, 'scsi.xml');
    expect(read).toEqual({ facts: { source: 'virsh nodedev-dumpxml' }, problems: [] });
    const declaration = '<?xml version="1.0"?>\n';
    const framed = `${declaration}<devices>${examples.nodedev}</devices>`;
    expect(importNodeDevices(framed, 'all.xml').facts.pci).toHaveLength(2);
    const twice = `${declaration}${examples.nodedev}${declaration}${scsi}`;
    expect(importNodeDevices(twice, 'all.xml').problems).toEqual([]);
  });
});

describe('lstopo --of xml', () => {
  const { facts, problems } = importLstopo(examples.lstopo, 'topo.xml');

  it('counts CPUs to the node of ordinary memory, and leaves none to HBM', () => {
    expect(problems).toEqual([]);
    expect(facts).toMatchObject({ arch: 'x86_64', cpuVendor: 'GenuineIntel' });
    const [hbm, ddr, other] = facts.nodes!;
    expect(hbm).toMatchObject({ id: 2, cpus: '', kind: 'hbm', memoryMiB: 1024 });
    expect(ddr).toMatchObject({
      id: 0,
      cpus: '0-1,4-5',
      kind: 'dram',
      hugePages: [{ sizeKiB: 2048, total: 8 }],
    });
    expect(other).toMatchObject({ id: 1, cpus: '2-3,6-7', kind: undefined, hugePages: undefined });
  });

  it('reads distances that are spread over several elements', () => {
    expect(facts.nodes!.map(({ id, distances }) => [id, Object.values(distances!)])).toEqual([
      [2, [13, 23, 10, 23]],
      [0, [10, 21, 13, 23]],
      [1, [21, 10, 23, 13]],
      [3, [23, 13, 23, 10]],
    ]);
  });

  it('gives CPUs with core, siblings, cache and kind', () => {
    expect(facts.cpus).toHaveLength(8);
    const seventh = { id: 7, package: 1, die: undefined, core: 1, siblings: '3,7', l3: 2, type: 'E' };
    expect(facts.cpus).toContainEqual(seventh);
  });

  it('gives devices with the nodes they are local to, and the way where it is whole', () => {
    const byAddress = new Map(facts.pci!.map((device) => [device.address, device]));
    expect([...byAddress.keys()].sort()).toEqual([
      '0000:00:02.0',
      '0000:ae:02.0',
      '0000:af:00.0',
      '0000:b3:00.0',
    ]);
    expect(byAddress.get('0000:af:00.0')).toEqual({
      address: '0000:af:00.0',
      class: '030200',
      vendor: '10de',
      device: '2331',
      name: 'GH100 [H100 PCIe]',
      nodes: [1],
      path: ['pci0000:ae', '0000:ae:02.0'],
    });
    // The bridge to this bus was left out by lstopo.
    expect(byAddress.get('0000:b3:00.0')).toMatchObject({ class: '010802', nodes: [1], path: undefined });
    // Below the whole machine stands what nobody knows the place of.
    expect(byAddress.get('0000:00:02.0')).toMatchObject({ nodes: undefined, path: ['pci0000:00'] });
  });

  it('takes a group of nodes for what it is: locality is a set', () => {
    const group = (mask: string, inner: string) => `<object type="Group" cpuset="${mask}">${inner}</object>`;
    const node = (id: number, mask: string) =>
      `<object type="NUMANode" os_index="${id}" cpuset="${mask}"/><object type="PU" os_index="${id}" cpuset="${mask}"/>`;
    const device =
      '<object type="PCIDev" pci_busid="0000:04:00.0" pci_type="0300 [10de:1b80] [0000:0000] a1"/>';
    const machine = `${group('0x5', node(0, '0x1') + node(2, '0x4') + device)}${group('0xa', node(1, '0x2') + node(3, '0x8'))}`;
    const { facts: four } = importLstopo(
      `<topology version="2.0"><object type="Machine" cpuset="0xf">${machine}</object></topology>`,
      'topo.xml',
    );
    expect(four.pci).toMatchObject([{ address: '0000:04:00.0', class: '030000', nodes: [0, 2] }]);
  });

  it('carries no names or numbers of the machine', () => {
    expect(JSON.stringify(facts)).not.toMatch(/secret/i);
  });

  it('reads masks of hwloc, with empty and short words', () => {
    expect(readMask('0x000000ff,0xffffffff', 4095)!.toString()).toBe('0-39');
    expect(readMask('0x1,,0x3', 4095)!.toString()).toBe('0-1,64');
    expect(readMask('0x00000001,0x0', 4095)!.toString()).toBe('32');
    expect(readMask('0x0', 4095)!.isEmpty).toBe(true);
    for (const wrong of ['', '0xf...f', '0x123456789', '1-3', '0x1;0x2']) {
      expect(readMask(wrong, 4095), wrong).toBeUndefined();
    }
    expect(readMask('0x80000000', 15)).toBeUndefined();
  });
});
