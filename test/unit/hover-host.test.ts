import { describe, expect, it } from 'vitest';
import { Host } from '../../server/src/host/host.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { hostNamed } from '../lib/hosts.ts';

/** The hover at the mark ‸, without what is said about the thing in general. */
function hover(marked: string, host: Host | undefined): string {
  const offset = marked.indexOf('‸');
  const source = { uri: 'file:///guest', text: marked.replace('‸', '') };
  const analysis = analyze(source, { ...DEFAULT_SETTINGS, host })!;
  const markdown = hoverAt(analysis, offset)?.markdown ?? '';
  return markdown
    .split('\n\n---\n\n')
    .filter((part) => part.startsWith('On the host') || part.startsWith('The host'))
    .join('\n\n---\n\n');
}

const server = new Host({
  schemaVersion: 1,
  isolatedCpus: '2-3',
  offlineCpus: '8',
  nodes: [
    {
      id: 0,
      cpus: '0-1,4-5',
      memoryMiB: 65536,
      distances: { 0: 10, 1: 21, 2: 21 },
      hugePages: [
        { sizeKiB: 2048, total: 512 },
        { sizeKiB: 1048576, total: 4 },
      ],
    },
    { id: 1, cpus: '2-3,6-7', memoryMiB: 32768, distances: { 0: 21, 1: 10, 2: 17 } },
    { id: 2, cpus: '', kind: 'cxl' },
  ],
  cpus: [0, 1, 2, 3, 4, 5, 6, 7].map((id) => ({ id, siblings: `${id % 4},${(id % 4) + 4}` })),
  pci: [
    {
      address: '0000:3b:00.0',
      class: '030200',
      name: 'NVIDIA H100',
      nodes: [1],
      iommuGroup: 34,
      link: { gigatransfers: 32, width: 16 },
    },
    { address: '0000:3b:00.1', class: '040300', vendor: '10de', device: '22ba', iommuGroup: 34 },
    { address: '0000:9a:00.0', class: '020000', nodes: [0], iommuGroup: null, virtualFunctions: 8 },
    { address: '0000:9a:02.1', class: '020000', physicalFunction: '0000:9a:00.0', iommuGroup: 40 },
  ],
  volatile: {
    capturedAt: '2026-01-31T12:00:00Z',
    nodes: [{ id: 0, freeMiB: 1024, freePages: [{ sizeKiB: 2048, free: 500 }] }],
    drivers: { '0000:3b:00.0': 'vfio-pci', '0000:9a:02.1': null },
  },
});

const qemu = (before: string, args: string): string => `${before}qemu-system-x86_64 -m 1G ${args}\n`;
const domain = (content: string): string => `<domain type='kvm'>\n  ${content}\n</domain>\n`;

describe('on a device of the host', () => {
  const gpu = [
    'On the host: `0000:3b:00.0`, NVIDIA H100 (3D controller)',
    [
      '* Host node 1',
      '* IOMMU group 34, together with `0000:3b:00.1` (audio device)',
      '* Link: at most 32 GT/s on 16 lanes',
      '* Driver `vfio-pci` on 2026-01-31',
    ].join('\n'),
  ].join('\n\n');

  it.each([
    ['its address', qemu('', '-device vfio-pci,host=3b:0‸0.0')],
    ['the key before it', qemu('', '-device vfio-pci,ho‸st=0000:3b:00.0')],
    ['its folder', qemu('', '-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:3b:00.0‸')],
    [
      'a part of it',
      qemu(
        '',
        '-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:3b:00.0/4b20d080-1b54-4048-85b3-a6a62d165c01‸',
      ),
    ],
    ['the assignment of a variable', qemu('GPU=0000:3b‸:00.0\n', '-device vfio-pci,host=$GPU')],
    [
      'an element',
      domain(
        "<devices><hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x3b' slot='‸0x00' function='0x0'/></source></hostdev></devices>",
      ),
    ],
  ])('tells what it is: %s', (_, text) => expect(hover(text, server)).toBe(gpu));

  it('says what it does not know, and leaves the rest out', () =>
    expect(hover(qemu('', '-device vfio-pci,host=3b:00.1‸'), server)).toBe(
      'On the host: `0000:3b:00.1`, audio device 10de:22ba\n\n* Host node: unknown, the profile names none\n' +
        '* IOMMU group 34, together with `0000:3b:00.0` (3D controller)',
    ));

  it('knows functions, and where there is no group or driver', () => {
    expect(hover(qemu('', '-device vfio-pci,host=9a:00.0‸'), server)).toContain(
      '* In no IOMMU group\n* Can have 8 virtual functions',
    );
    const virtual = hover(qemu('', '-device vfio-pci,host=9a:02.1‸'), server);
    expect(virtual).toContain('* Host node 0, where its physical function is\n* IOMMU group 40, alone\n');
    expect(virtual).toContain('* Virtual function of `0000:9a:00.0`\n* Without a driver on 2026-01-31');
  });

  it('names one that is not there', () => {
    const text = qemu('', '-device vfio-pci,host=01:00.0‸');
    expect(hover(text, server)).toBe('On the host: `0000:01:00.0` is not among the devices of its profile.');
    const bare = new Host({ schemaVersion: 1, nodes: server.profile.nodes });
    expect(hover(text, bare)).toContain('tells nothing of its devices');
  });

  it('lists what differs from path to path', () => {
    const text =
      'if [ "$1" ]; then G=3b:00.0; else G=9a:00.0; fi\nqemu-system-x86_64 -device vfio-pci,host=$‸G\n';
    const found = hover(text, server);
    expect(found).toContain('`0000:3b:00.0`');
    expect(found).toContain('`0000:9a:00.0`');
  });

  it.each([
    [
      'the guest side of a hostdev',
      domain("<devices><hostdev type='pci'><address type='pci' bus='0x3b‸'/></hostdev></devices>"),
    ],
    [
      'an interface of another type',
      domain(
        "<devices><interface type='network'><source><address bus='0x3b‸'/></source></interface></devices>",
      ),
    ],
    ['another device', qemu('', '-device usb-host,host=3b:00.0‸')],
    ['an address that is not known', qemu('', '-device vfio-pci,host=$(lspci | head -1)‸')],
  ])('is silent on %s', (_, text) => expect(hover(text, server)).toBe(''));
});

describe('on a list of CPUs', () => {
  const cpus = [
    'On the host: 4 CPUs of 8',
    '* Host node 0: 0,4\n* Host node 1: 2-3\n* 1 whole core: 0,4\n* 2 cores in part; siblings that are missing here: 6-7\n* Isolated: 2-3',
  ].join('\n\n');

  it.each([
    ['taskset', qemu('taskset -c 0,4,2‸-3 ', '')],
    ['numactl', qemu('numactl --physcpubind=0,2-4‸ ', '')],
    ['vcpupin', domain("<vcpu>4</vcpu><cputune><vcpupin vcpu='0' cpuset='0,2-4‸'/></cputune>")],
    ['emulatorpin', domain("<vcpu>4</vcpu><cputune><emulatorpin cpuset='‸0,2-4'/></cputune>")],
    [
      'iothreadpin',
      domain("<iothreads>1</iothreads><cputune><iothreadpin iothread='1' cpuset='0,2-4‸'/></cputune>"),
    ],
    ['vcpu', domain("<vcpu cpuset='0-4,^1‸'>4</vcpu>")],
  ])('tells nodes, cores, siblings and isolation: %s', (_, text) => expect(hover(text, server)).toBe(cpus));

  it('tells what is switched off or absent', () => {
    const found = hover(qemu('taskset -c 7-4000000000‸ ', ''), server);
    expect(found).toContain('1 CPU of 8');
    expect(found).toContain('* Switched off: 8\n* Not on this host: 9-4000000000');
    expect(found).toContain('* None is isolated');
  });

  it('of threads that are to allocate memory', () =>
    expect(hover(qemu('', '-object thread-context,id=t,cpu-affinity=0-1‸'), server)).toContain(
      'All on host node 0',
    ));

  it('leaves out what the profile does not tell', () =>
    expect(hover(qemu('taskset -c 0-3‸ ', ''), hostNamed('two-nodes'))).toBe(
      'On the host: 4 CPUs of 16\n\n* All on host node 0',
    ));

  it('tells kinds of cores', () =>
    expect(hover(qemu('taskset -c 0-31‸ ', ''), hostNamed('intel-hybrid'))).toMatch(
      /\* Performance cores: \S+\n\* Efficiency cores: \S+/,
    ));
});

describe('on host nodes', () => {
  const node = [
    'On the host: node 0',
    '* Memory: 64 GiB, 1 GiB free on 2026-01-31\n* CPUs 0-1,4-5\n' +
      '* Huge pages: 512 of 2 MiB (500 free on 2026-01-31), 4 of 1 GiB\n' +
      '* Distance: 10 to itself, 21 to nodes 1-2\n* GPUs: none is known to be here',
  ].join('\n\n');

  it.each([
    ['host-nodes', qemu('', '-object memory-backend-ram,id=m,size=1G,host-nodes=0‸,policy=bind')],
    ['JSON', qemu('', `-object '{"qom-type":"memory-backend-ram","id":"m","size":1,"host-nodes":[0‸]}'`)],
    ['node-affinity', qemu('', '-object thread-context,id=t,node-affinity=0‸')],
    ['membind', qemu('numactl -m ‸0 ', '')],
    ['cpunodebind', qemu('numactl --cpunodebind=0‸ ', '')],
    ['memory', domain("<numatune><memory mode='strict' nodeset='0‸'/></numatune>")],
    ['memnode', domain("<numatune><memnode cellid='0' mode='strict' nodeset='0‸'/></numatune>")],
    [
      'nodemask',
      domain("<devices><memory model='dimm'><source><nodemask>‸0</nodemask></source></memory></devices>"),
    ],
  ])('tells memory, pages, distances and GPUs: %s', (_, text) => expect(hover(text, server)).toBe(node));

  it('tells each, and which are not there', () => {
    const found = hover(qemu('numactl --membind=1-9‸ ', ''), server);
    expect(found).toContain('* GPUs: `0000:3b:00.0` NVIDIA H100');
    expect(found).toContain('On the host: node 2\n\n* No CPUs\n');
    expect(found).toContain('The host has no node 3-9: its nodes are 0-2.');
  });

  it('is silent on nodes of the guest', () => {
    expect(
      hover(
        domain("<memoryBacking><hugepages><page size='2048' nodeset='0‸'/></hugepages></memoryBacking>"),
        server,
      ),
    ).toBe('');
    expect(hover(qemu('', '-numa node,nodeid=0‸'), server)).toBe('');
  });
});

it('has nothing to say without a profile', () =>
  expect(hover(qemu('taskset -c 0-3‸ ', ''), undefined)).toBe(''));
