import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../server/src/dialects/read.ts';
import { Host } from '../../server/src/host/host.ts';
import { verdictsOn } from '../../server/src/placement/all.ts';
import { costOf } from '../../server/src/placement/cost.ts';
import { nearTo } from '../../server/src/placement/hostFacts.ts';
import { sharePins } from '../../server/src/placement/pins.ts';
import type { Place } from '../../server/src/placement/place.ts';
import { type Placement, placementOf } from '../../server/src/placement/placement.ts';
import { IndexSet } from '../../server/src/values/indexSet.ts';
import { hostNamed } from '../lib/hosts.ts';

const host = hostNamed('two-nodes');

function placementIn(text: string, on: Host | undefined = host): Placement {
  const document = readDocument({ uri: 'placed', text })!;
  return placementOf(document.subjects[0]!.variants[0]!.guest, on);
}

const nodesOf = (place: Place): string => (place.state === 'kept' ? place.nodes.toString() : place.state);

const domain = (inner: string, vcpu = '<vcpu>2</vcpu>'): string =>
  `<domain type='kvm'><name>a</name><memory unit='GiB'>1</memory>${vcpu}${inner}<devices/></domain>`;

describe('where threads may run', () => {
  it.each([
    ['qemu-system-x86_64 -smp 2', 'free'],
    ['taskset -c 0-3 qemu-system-x86_64 -smp 2', '0'],
    ['taskset -c 4-11 qemu-system-x86_64 -smp 2', '0-1'],
    ['taskset -c 40 qemu-system-x86_64 -smp 2', 'unknown'],
    ['taskset -c 8-40 qemu-system-x86_64 -smp 2', 'unknown'],
    ['numactl -N 1-2 qemu-system-x86_64 -smp 2', 'unknown'],
    ['taskset 0x3 qemu-system-x86_64 -smp 2', 'unknown'],
    ['numactl -N 1 qemu-system-x86_64 -smp 2', '1'],
    ['numactl -N 1 taskset -c 1 qemu-system-x86_64 -smp 2', 'unknown'],
    ['numactl -C 8-9 qemu-system-x86_64 -smp 2', '1'],
    ['cgexec -g cpuset:vm qemu-system-x86_64 -smp 2', 'unknown'],
    ['qemu-system-x86_64 -smp 2 -name a,debug-threads=on', 'unknown'],
    ['qemu-system-x86_64 -smp $N', 'unknown'],
    [domain(''), 'free'],
    [domain('', "<vcpu cpuset='8-15'>2</vcpu>"), '1'],
    [domain('', "<vcpu placement='auto'>2</vcpu>"), 'unknown'],
    [domain("<cputune><vcpupin vcpu='0' cpuset='1'/></cputune>", "<vcpu cpuset='8-15'>2</vcpu>"), '0-1'],
    [domain("<cputune><vcpupin vcpu='0' cpuset='1'/></cputune>"), 'free'],
    [
      domain("<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='{{ cpu }}'/></cputune>"),
      'unknown',
    ],
    [domain('<cputune>{{ pins }}</cputune>'), 'unknown'],
  ])('%s: %s', (text, nodes) => {
    expect(nodesOf(placementIn(text).groups[0]!.threads)).toBe(nodes);
  });
});

describe('where memory comes from', () => {
  const backed = (more: string): string =>
    `qemu-system-x86_64 -m 1G -object memory-backend-ram,id=m,size=1G${more} -machine q35,memory-backend=m`;
  it.each([
    ['qemu-system-x86_64 -m 1G', 'free'],
    ['numactl -m 1 qemu-system-x86_64 -m 1G', '1'],
    ['numactl --preferred=1 qemu-system-x86_64 -m 1G', 'unknown'],
    [backed(''), 'free'],
    [`numactl -m 1 ${backed('')}`, '1'],
    [`numactl -m 1 ${backed(',policy=bind,host-nodes=0')}`, '0'],
    [backed(',policy=preferred,host-nodes=1'), '1'],
    [backed(',policy=bind,host-nodes=7'), 'unknown'],
    [backed(',policy=bind,host-nodes=1-2'), 'unknown'],
    [backed(',policy=$P,host-nodes=0'), 'unknown'],
    ['qemu-system-x86_64 -m 1G -machine q35,memory-backend=gone', 'unknown'],
    ['qemu-system-x86_64 -m 1G "$@"', 'unknown'],
    [domain(''), 'free'],
    [domain("<numatune><memory nodeset='1'/></numatune>"), '1'],
    [domain("<numatune><memory placement='auto'/></numatune>"), 'unknown'],
    [domain("<numatune><memory nodeset='{{ node }}'/></numatune>"), 'unknown'],
  ])('%s: %s', (text, nodes) => {
    expect(nodesOf(placementIn(text).groups[0]!.memory)).toBe(nodes);
  });
});

describe('where devices are', () => {
  const nodesOfDevice = (address: string, on?: Host): string | undefined =>
    placementIn(`qemu-system-x86_64 -device vfio-pci,host=${address}`, on).devices[0]?.nodes?.toString();

  it('is what the profile says', () => expect(nodesOfDevice('af:00.0')).toBe('1'));
  it('is where the device of a virtual function is', () => expect(nodesOfDevice('b0:00.1')).toBe('1'));
  it('is unknown where the firmware told nobody', () => expect(nodesOfDevice('d8:00.0')).toBeUndefined());
  it('may be several nodes that share an I/O hub', () => {
    const hub = new Host({
      schemaVersion: 1,
      nodes: [
        { id: 0, cpus: '0-1' },
        { id: 1, cpus: '2-3' },
      ],
      pci: [{ address: '0000:af:00.0', class: '030200', nodes: [0, 1] }],
    });
    expect(nodesOfDevice('af:00.0', hub)).toBe('0-1');
    const bound = (node: number): string =>
      `numactl -m ${node} qemu-system-x86_64 -m 1G -device vfio-pci,host=af:00.0`;
    for (const node of [0, 1]) {
      expect(verdictsOn(placementIn(bound(node), hub)).filter(({ holds }) => !holds)).toEqual([]);
    }
  });
});

it('without a host only what names host nodes is known', () => {
  const text = 'numactl -N 0 -m 1 qemu-system-x86_64 -smp 2 -m 1G';
  const document = readDocument({ uri: 'placed', text })!;
  const { guest } = document.subjects[0]!.variants[0]!;
  const broken = verdictsOn(placementOf(guest, undefined)).filter(({ holds }) => !holds);
  expect(broken.map(({ invariant }) => invariant)).toEqual(['vcpus-near-memory']);
});

it('takes memory without CPUs for near to the CPUs that are nearest', () => {
  const grace = hostNamed('grace-hopper');
  expect(nearTo(IndexSet.from([1]), grace).toString()).toBe('0');
  expect(nearTo(IndexSet.from([0]), grace).toString()).toBe('0');
});

it('costs what the firmware says, as a multiple of local', () => {
  const text = 'numactl -m 0 qemu-system-x86_64 -m 1G -device vfio-pci,host=af:00.0';
  const [verdict] = verdictsOn(placementIn(text));
  expect(costOf(verdict!, host)).toBeCloseTo(2.1);
  expect(
    costOf(
      verdict!,
      new Host({
        schemaVersion: 1,
        nodes: [
          { id: 0, cpus: '0' },
          { id: 1, cpus: '1' },
        ],
      }),
    ),
  ).toBeUndefined();
});

describe('pins', () => {
  const names = ['two-node-workstation', 'hgx-h100', 'epyc-nps4', 'intel-hybrid', 'xeon-snc2'];
  const guest = (vcpus: number, threads: number): string =>
    domain(
      `<cpu><topology sockets='1' cores='${vcpus / threads}' threads='${threads}'/></cpu>`,
      `<vcpu>${vcpus}</vcpu>`,
    );

  it('stay on the node, give each vCPU a CPU of its own, and threads of a core siblings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1, 2),
        (name, cores, threads) => {
          const on = hostNamed(name);
          const placement = placementIn(guest(cores * threads, threads), on);
          const node = on.nodes.at(-1)!;
          const { ofVcpus, rest } = sharePins(placement, on, placement.groups[0]!, node.id, IndexSet.empty);
          const cpus = [...ofVcpus.values()];
          for (const set of [...cpus, rest]) expect(set.subtract(node.cpus).isEmpty).toBe(true);
          if (cpus.some(({ size }) => size > 1)) return;
          expect(new Set(cpus.map(String)).size).toBe(cores * threads);
          const core = (vcpu: number): string => String(on.siblings(ofVcpus.get(vcpu)!.max!));
          for (let i = 0; i < cores; i++) {
            for (let j = 1; j < threads; j++) expect(core(i * threads + j)).toBe(core(i * threads));
          }
          expect(new Set(Array.from({ length: cores }, (_, i) => core(i * threads))).size).toBe(cores);
          for (const set of cpus) expect(rest.intersect(set).isEmpty).toBe(true);
        },
      ),
    );
  });

  it('are of the whole node where it has too few cores', () => {
    const on = hostNamed('threadripper-1950x');
    const placement = placementIn(guest(12, 1), on);
    const { ofVcpus } = sharePins(placement, on, placement.groups[0]!, 1, IndexSet.empty);
    expect(new Set([...ofVcpus.values()].map(String))).toEqual(new Set(['8-15,24-31']));
  });

  it('that are right already stay', () => {
    const text = domain("<cputune><vcpupin vcpu='0' cpuset='11'/><vcpupin vcpu='1' cpuset='2'/></cputune>");
    const placement = placementIn(text);
    const { ofVcpus } = sharePins(placement, host, placement.groups[0]!, 1, IndexSet.empty);
    expect([...ofVcpus].map(([vcpu, cpus]) => `${vcpu}:${cpus}`)).toEqual(['1:9']);
  });
});
