import { describe, expect, it } from 'vitest';
import { Host } from '../../server/src/host/host.ts';
import { completionsAt, type Offered } from './completions.ts';

const server = new Host({
  schemaVersion: 1,
  isolatedCpus: '2-3,6-7',
  nodes: [
    { id: 0, cpus: '0-1,4-5', memoryMiB: 65536 },
    { id: 1, cpus: '2-3,6-8', memoryMiB: 32768 },
    { id: 2, cpus: '', kind: 'cxl' },
  ],
  cpus: [0, 1, 2, 3, 4, 5, 6, 7].map((id) => ({ id, siblings: `${id % 4},${(id % 4) + 4}` })),
  pci: [
    { address: '0000:00:1c.0', class: '060400', nodes: [0] },
    { address: '0000:01:00.0', class: '0c0330', nodes: [0] },
    { address: '0000:02:00.0', class: '010802', nodes: [0], name: 'NVMe drive' },
    { address: '0000:3b:00.0', class: '030200', nodes: [1], name: 'NVIDIA H100', iommuGroup: 34 },
    { address: '0000:9a:00.0', class: '020000', nodes: [0], name: 'NIC "fast"' },
    { address: '0000:9d:00.0', class: '120000', name: 'Accelerator' },
  ],
});

const bare = new Host({ schemaVersion: 1, nodes: [{ id: 0, cpus: '0-3' }] });

const on = (marked: string, host: Host | undefined = server): Offered =>
  completionsAt(marked, undefined, undefined, host);
const qemu = (rest: string): string => `qemu-system-x86_64 -m 1G ${rest}\n`;
const domain = (content: string): string =>
  `<domain type='kvm'>\n  <vcpu>4</vcpu>\n  ${content}\n</domain>\n`;
const hostdev = (address: string, more = ''): string =>
  domain(
    `<devices>\n    <hostdev mode='subsystem' type='pci'><source>${address}</source></hostdev>${more}\n  </devices>`,
  );

/** GPUs and accelerators, network devices, NVMe, the rest; no bridges. */
const DEVICES = ['0000:3b:00.0', '0000:9d:00.0', '0000:9a:00.0', '0000:02:00.0', '0000:01:00.0'];

describe('devices of the host', () => {
  it('are offered by their address, with what they are', () => {
    const { labels, item } = on(qemu('-device vfio-pci,host=‸'));
    expect(labels).toEqual(DEVICES);
    expect(item('0000:3b:00.0').detail).toBe('NVIDIA H100 · host node 1');
    expect(item('0000:3b:00.0').documentation).toContain('* IOMMU group 34, alone');
    expect(item('0000:01:00.0').detail).toBe('USB controller · host node 0');
    expect(item('0000:9d:00.0').detail).toBe('Accelerator');
  });

  it('replace what is there', () => {
    expect(on(qemu('-device vfio-pci,host=0000:3‸b:01.0,id=g')).accepted('0000:9a:00.0')).toBe(
      qemu('-device vfio-pci,host=0000:9a:00.0,id=g'),
    );
    expect(on(qemu(`-device '{"driver":"vfio-pci","host":"‸"}'`)).accepted('0000:9a:00.0')).toBe(
      qemu(`-device '{"driver":"vfio-pci","host":"0000:9a:00.0"}'`),
    );
    expect(on(qemu('-device vfio-pci,sysfsdev=‸')).accepted('0000:9a:00.0')).toBe(
      qemu('-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:9a:00.0'),
    );
  });

  it('come last where the guest has them', () => {
    const { labels, item } = on(qemu('-device vfio-pci,host=3b:00.0 -device vfio-pci,host=‸'));
    expect(labels.at(-1)).toBe('0000:3b:00.0');
    expect(item('0000:3b:00.0').detail).toBe('NVIDIA H100 · host node 1 · in use');
    const other = hostdev(
      "<address domain='0' bus='0x3b' slot='0'/>",
      `<hostdev type='pci'><source><address bus='‸'/></source></hostdev>`,
    );
    expect(on(other).labels.at(-1)).toBe('0000:3b:00.0');
  });

  it('are written with all of their parts in XML', () => {
    const own = "<address domain='0x0000' bus='‸' slot='0x00' function='0x1'/>";
    expect(on(hostdev(own)).labels).toEqual(DEVICES);
    expect(on(hostdev(own)).accepted('0000:3b:00.0')).toBe(
      hostdev("<address domain='0x0000' bus='0x3b' slot='0x00' function='0x0'/>"),
    );
    expect(on(hostdev('<address function="‸" bus="0x3b"/>')).accepted('0000:02:00.0')).toBe(
      hostdev('<address function="0x0" bus="0x02" domain="0x0000" slot="0x00"/>'),
    );
    expect(on(hostdev('<address bus=‸ />')).accepted('0000:02:00.0')).toBe(
      hostdev("<address bus='0x02' domain='0x0000' slot='0x00' function='0x0' />"),
    );
  });

  it('are whole elements where there is none yet', () => {
    const { item, accepted, labels } = on(hostdev('<‸'));
    expect(labels.filter((label) => label.startsWith('address '))).toEqual(
      DEVICES.map((address) => `address ${address}`),
    );
    expect(item('address 0000:3b:00.0').detail).toBe('NVIDIA H100 · host node 1');
    expect(accepted('address 0000:3b:00.0')).toBe(
      hostdev("<address domain='0x0000' bus='0x3b' slot='0x00' function='0x0'/>"),
    );
    expect(on(hostdev("<address bus='0x3b'/><‸")).labels).not.toContain('address 0000:3b:00.0');
    expect(
      on(domain("<devices><disk type='file'><source><‸</source></disk></devices>")).labels,
    ).not.toContain('address 0000:3b:00.0');
  });

  it('are no answer where other things are named', () => {
    expect(on(qemu('-device usb-host,hostport=‸')).labels).toEqual([]);
    const guest = "<devices><hostdev type='pci'><address type='pci' bus='‸'/></hostdev></devices>";
    expect(on(domain(guest)).labels).toEqual(on(domain(guest), undefined).labels);
    expect(on(hostdev("<address domain='0'\n bus='‸'/>")).labels).not.toContain('0000:3b:00.0');
    expect(on(qemu('-device vfio-pci,host=‸'), bare).labels).toEqual([]);
  });
});

describe('nodes of the host', () => {
  const detail = 'host node 1 · 32 GiB · CPUs 2-3,6-8 · 1 GPU';

  it.each([
    ['host-nodes', qemu('-object memory-backend-ram,id=m,size=1G,host-nodes=‸')],
    ['node-affinity', qemu('-object thread-context,id=t,node-affinity=‸')],
    ['membind', qemu('').replace('qemu', 'numactl --membind=‸ qemu')],
    ['-N', qemu('').replace('qemu', 'numactl -N ‸ qemu')],
    ['memory', domain("<numatune><memory mode='strict' nodeset='‸'/></numatune>")],
    ['memnode', domain("<numatune><memnode cellid='0' mode='strict' nodeset='‸'/></numatune>")],
    [
      'nodemask',
      domain("<devices><memory model='dimm'><source><nodemask>‸</nodemask></source></memory></devices>"),
    ],
  ])('are offered with what they have: %s', (_, text) => {
    const { labels, item, accepted } = on(text);
    expect(labels).toEqual(['0', '1', '2', '0-2']);
    expect(item('1').detail).toBe(detail);
    expect(item('1').documentation).toContain('* GPUs: `0000:3b:00.0` NVIDIA H100');
    expect(item('2').detail).toBe('host node 2 · no CPUs');
    expect(item('0-2').detail).toBe('all nodes');
    expect(accepted('1')).toBe(text.replace('‸', '1'));
  });

  it('are one where there is one', () =>
    expect(on(qemu('-object memory-backend-ram,id=m,host-nodes=‸'), bare).labels).toEqual(['0']));

  it('are not those of the guest', () =>
    expect(on(domain("<cpu><numa><cell id='‸'/></numa></cpu>")).item('1').detail).toBe('next cell'));
});

describe('CPUs of the host', () => {
  it.each([
    ['vcpupin', domain("<cputune><vcpupin vcpu='0' cpuset='‸'/></cputune>")],
    ['taskset', qemu('').replace('qemu', 'taskset -c ‸ qemu')],
    ['physcpubind', qemu('').replace('qemu', 'numactl --physcpubind=‸ qemu')],
  ])('are offered by node, the isolated ones first: %s', (_, text) => {
    const { labels, item, accepted } = on(text);
    expect(labels).toEqual(['0-1,4-5', '0-1', '2-3,6-7', '8', '2-3,6-8', '2-3,8']);
    expect(item('0-1').detail).toBe('one CPU of each core of host node 0');
    expect(item('8').detail).toBe('CPUs that are not isolated of host node 1');
    expect(item('0-1,4-5').documentation).toContain('All on host node 0');
    expect(accepted('2-3,6-7')).toBe(text.replace('‸', '2-3,6-7'));
  });

  it.each(['emulatorpin', "iothreadpin iothread='1'"])('are quiet ones for %s', (element) =>
    expect(on(domain(`<cputune><${element} cpuset='‸'/></cputune>`)).labels.slice(1, 4)).toEqual([
      '0-1',
      '8',
      '2-3,6-7',
    ]),
  );

  it('repeat the key for each range where commas part properties', () => {
    const text = qemu('-object thread-context,id=t,cpu-affinity=‸');
    expect(on(text).accepted('0-1,4-5')).toBe(
      qemu('-object thread-context,id=t,cpu-affinity=0-1,cpu-affinity=4-5'),
    );
  });

  it('are as many as the profile knows of', () =>
    expect(on(domain("<cputune><vcpupin vcpu='0' cpuset='‸'/></cputune>"), bare).labels).toEqual(['0-3']));
});

it('nothing of a host is offered without a profile', () => {
  expect(completionsAt(qemu('-device vfio-pci,host=‸')).labels).toEqual([]);
  expect(completionsAt(qemu('').replace('qemu', 'taskset -c ‸ qemu')).labels).toEqual([]);
});
