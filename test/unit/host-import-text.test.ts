import { describe, expect, it } from 'vitest';
import type { Imported } from '../../server/src/host/import/document.ts';
import { importLscpu } from '../../server/src/host/import/lscpu.ts';
import { importNumactl } from '../../server/src/host/import/numactl.ts';
import { importNvidiaTopology } from '../../server/src/host/import/nvidiaTopology.ts';
import * as examples from './host-importExamples.ts';

const messages = ({ problems }: Imported): string[] =>
  problems.map(({ file, line, severity, message }) => `${severity} ${file}:${line ?? '-'} ${message}`);

describe('lscpu -J', () => {
  const expected = {
    source: 'lscpu -J',
    arch: 'x86_64',
    cpuVendor: 'GenuineIntel',
    physicalAddressBits: 46,
    offlineCpus: '8',
    nodes: [
      { id: 0, cpus: '0-1,4-5' },
      { id: 1, cpus: '2-3,6-7' },
      { id: 2, cpus: '' },
    ],
  };

  it('reads the nested form, the flat one, and one with prompts around it', () => {
    expect(importLscpu(examples.lscpu, 'cpu.json')).toEqual({ facts: expected, problems: [] });
    const { lscpu } = JSON.parse(examples.lscpu) as { lscpu: { children?: object[] }[] };
    const flat = lscpu.flatMap(({ children = [], ...field }) => [field, ...children]);
    expect(importLscpu(JSON.stringify({ lscpu: flat }), 'cpu.json').facts).toEqual(expected);
    expect(importLscpu(`$ lscpu -J\n${examples.lscpu}\n$ `, 'cpu.json').facts).toEqual(expected);
  });

  it('tells a guest from a host', () => {
    const guest = examples.lscpu.replace('"Model name:"', '"Hypervisor vendor:"');
    expect(importLscpu(guest, 'cpu.json').facts.isGuest).toBe(true);
  });

  it('reads the table of lscpu -J -e, with texts or numbers', () => {
    const cpus = [
      { cpu: '0', node: '0', socket: '0', core: '0', online: 'yes' },
      { cpu: 1, node: 0, socket: 0, core: 1, online: true },
      { cpu: 2, node: 0, socket: 0, core: 0, online: true },
      { cpu: 3, node: null, socket: null, core: null, online: false },
    ];
    const { facts, problems } = importLscpu(JSON.stringify({ cpus }), 'cpu.json');
    expect(problems).toEqual([]);
    expect(facts).toEqual({
      source: 'lscpu -J',
      nodes: [{ id: 0, cpus: '0-2' }],
      cpus: [
        { id: 0, package: 0, siblings: '0,2' },
        { id: 1, package: 0, siblings: '1' },
        { id: 2, package: 0, siblings: '0,2' },
      ],
      offlineCpus: '3',
    });
  });

  it('says what is wrong, and where', () => {
    expect(messages(importLscpu('Architecture: x86_64', 'cpu.txt'))).toEqual([
      'error cpu.txt:1 This is no JSON: give the output of lscpu -J, with the -J.',
    ]);
    const broken = examples.lscpu.replace('"data": "9",', '"data": "9"');
    expect(messages(importLscpu(broken, 'cpu.json'))).toEqual([
      'error cpu.json:16 The JSON is damaged: A comma or } is missing here. Save the whole output of lscpu -J again.',
    ]);
    expect(messages(importLscpu(examples.lscpu.replace('"3"', '"4"'), 'cpu.json'))).toEqual([
      'error cpu.json:42 4 nodes are announced, and 3 are listed: give the whole output.',
    ]);
    expect(messages(importLscpu(examples.lscpu.replace('"2,3,6,7"', '"2-"'), 'cpu.json'))[0]).toMatch(
      /^error cpu\.json:50 "NUMA node1 CPU\(s\)" is no list of CPUs/,
    );
    const german = examples.lscpu
      .replaceAll('NUMA node', 'NUMA-Knoten')
      .replace('Architecture', 'Architektur');
    expect(messages(importLscpu(german, 'cpu.json'))[0]).toContain('LC_ALL=C lscpu -J');
  });
});

describe('numactl -H', () => {
  const nodes = [
    { id: 0, cpus: '0-1,4-5', memoryMiB: 8192, distances: { 0: 10, 1: 21, 2: 17 } },
    { id: 1, cpus: '2-3,6-7', memoryMiB: 8064, distances: { 0: 21, 1: 10, 2: 28 } },
    { id: 2, cpus: '', memoryMiB: 4096, distances: { 0: 17, 1: 28, 2: 10 } },
  ];

  it('reads it as printed', () => {
    const read = importNumactl(examples.numactl, 'numa.txt');
    expect(read).toEqual({ facts: { source: 'numactl -H', nodes }, problems: [] });
  });

  it.each([
    [
      'with a prompt and other text',
      `user@host:~$ numactl -H\n${examples.numactl}user@host:~$ uname\nLinux\n`,
    ],
    ['quoted twice', examples.numactl.replace(/^/gm, '> > ')],
    ['in a comment', examples.numactl.replace(/^/gm, ' * ')],
    ['with lines of Windows', examples.numactl.replaceAll('\n', '\r\n')],
    ['with CPUs broken into lines', examples.numactl.replace('cpus: 2 3 6 7', 'cpus: 2 3\n6 7')],
    ['with two facts in a line', examples.numactl.replace('8192 MB\n', '8192 MB   ')],
  ])('reads it %s', (_, text) => {
    expect(importNumactl(text, 'numa.txt')).toEqual({ facts: { source: 'numactl -H', nodes }, problems: [] });
  });

  it('reads what old versions and kernels without distances print', () => {
    const text = 'available: 1 nodes (0)\nnode 0 size: 15792 MB\nNo distance information available.\n';
    expect(importNumactl(text, 'numa.txt')).toEqual({
      facts: {
        source: 'numactl -H',
        nodes: [{ id: 0, cpus: undefined, memoryMiB: 15792, distances: undefined }],
      },
      problems: [],
    });
  });

  it('says what is wrong, and where', () => {
    const text = (from: string, to: string) =>
      messages(importNumactl(examples.numactl.replace(from, to), 'n.txt'));
    expect(text('  1:  21  10  28 \n', '')).toEqual([
      'error n.txt:14 Not all nodes have distances here: give the whole output.',
    ]);
    expect(text('  1:  21  10  28', '  1:  21  10')).toContain(
      'error n.txt:14 The distances of node 1 are damaged: they are left out.',
    );
    expect(text('nodes (0-2)', 'nodes (0-3)')).toContain(
      'error n.txt:1 Nodes 0-3 are announced, and node 3 is missing: give the whole output.',
    );
    expect(text('cpus: 2 3 6 7', 'cpus: 2 3 5 7')).toEqual([
      'error n.txt:5 CPU 5 is in another node as well, as with numa=fake: it is read as of the first one only.',
    ]);
    expect(messages(importNumactl('No NUMA available on this system', 'n.txt'))).toEqual([
      'error n.txt:1 The machine has no NUMA support: give another source.',
    ]);
  });
});

describe('nvidia-smi topo -m', () => {
  const facts = {
    source: 'nvidia-smi topo -m',
    nodes: [{ id: 4, kind: 'gpu' }],
    pci: [
      { address: '0000:18:00.0', nodes: [0] },
      { address: '0000:3b:00.0', nodes: [0] },
      { address: '0000:af:00.0', nodes: [1] },
    ],
    gpuLinks: [
      { a: '0000:18:00.0', b: '0000:3b:00.0', kind: 'NV18' },
      { a: '0000:18:00.0', b: '0000:af:00.0', kind: 'SYS' },
      { a: '0000:3b:00.0', b: '0000:af:00.0', kind: 'SYS' },
    ],
  };
  const gpus = ['0000:af:00.0', '0000:18:00.0', '0000:3b:00.0'];

  it('takes addresses from other sources, in the order in which nvidia-smi counts', () => {
    expect(importNvidiaTopology(examples.nvidia, 'topo.txt', gpus)).toEqual({ facts, problems: [] });
  });

  it.each([
    ['the query', examples.nvidiaQuery],
    [
      'the table of nvidia-smi',
      ['18', '3B', 'AF']
        .map((bus, i) => `|   ${i}  NVIDIA H100   On  | 00000000:${bus}:00.0 Off |  0 |\n`)
        .join(''),
    ],
  ])('takes addresses from %s in the same document', (_, addresses) => {
    expect(importNvidiaTopology(addresses + examples.nvidia, 'topo.txt')).toEqual({ facts, problems: [] });
  });

  it('says that GPUs without addresses cannot be told apart, and keeps what needs none', () => {
    const read = importNvidiaTopology(examples.nvidia, 'topo.txt', gpus.slice(1));
    expect(read.facts).toEqual({ source: 'nvidia-smi topo -m', nodes: [{ id: 4, kind: 'gpu' }] });
    expect(messages(read)).toEqual([
      'note topo.txt:1 Which of the 3 GPUs is which device is not known (other documents know 2 of NVIDIA): ' +
        'add the output of nvidia-smi --query-gpu=index,pci.bus_id --format=csv to the document.',
    ]);
  });

  it.each([
    ['without tabs', examples.nvidia.replaceAll('\t', '   ')],
    [
      'with codes that run together',
      examples.nvidia.replace('SYS\tPIX', 'SYSPIX').replace('SYS\tNODE', 'SYSNODE'),
    ],
    ['with a prompt before it', `$ nvidia-smi topo -m\n${examples.nvidia}`],
    ['of a driver that says SOC', examples.nvidia.replaceAll('SYS\t', 'SOC\t')],
    [
      'with a part of a GPU as row and column',
      examples.nvidia
        .replace('NIC0\tCPU', 'MIG 0/0\tNIC0\tCPU')
        .replace(/^(GPU\d.*)(PIX|NODE|SYS)(\t\d-)/gm, '$1PHB\t$2$3')
        .replace('NIC0\tPIX', 'MIG 0/0\tPHB\tPHB\tPHB\t X \tPHB\t0-1\t0\t\tN/A\nNIC0\tPIX'),
    ],
  ])('reads it %s', (_, text) => {
    expect(importNvidiaTopology(text, 'topo.txt', gpus)).toEqual({ facts, problems: [] });
  });

  it('reads the columns of older drivers', () => {
    const old = examples.nvidia.replace('\tGPU NUMA ID', '').replace(/\t\t(N\/A|4)$/gm, '');
    const { nodes: _, ...rest } = facts;
    expect(importNvidiaTopology(old, 'topo.txt', gpus)).toEqual({ facts: rest, problems: [] });
    const oldest = old.replace('\tNUMA Affinity', '').replace(/\t\d$/gm, '');
    const { pci: __, ...links } = rest;
    expect(importNvidiaTopology(oldest, 'topo.txt', gpus)).toEqual({ facts: links, problems: [] });
  });

  it('reads rows with empty cells, as in WSL', () => {
    const text = '\tGPU0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\nGPU0\t X \t\t\t\tN/A\n';
    const read = importNvidiaTopology(text, 'topo.txt', ['0000:01:00.0']);
    expect(read).toEqual({ facts: { source: 'nvidia-smi topo -m' }, problems: [] });
  });

  it('passes over links of kinds that are not known yet', () => {
    const read = importNvidiaTopology(examples.nvidia.replaceAll('NV18', 'C2C'), 'topo.txt', gpus);
    expect(read.problems).toEqual([]);
    expect(read.facts.gpuLinks).toHaveLength(2);
  });

  it('says what is wrong, and where', () => {
    const text = (from: string, to: string) =>
      messages(importNvidiaTopology(examples.nvidia.replace(from, to), 't.txt', gpus));
    expect(text('GPU1\tNV18\t X ', 'GPU1\tNV12\t X ')).toEqual([
      'error t.txt:3 GPU0 reaches GPU1 by NV18, and the other way by NV12: it is left out.',
    ]);
    expect(text('GPU2\tSYS\tSYS\t X \tSYS\t2-3,6-7\t1\t\t4\n', '')).toContain(
      'error t.txt:1 The heading names GPU2, without a row that can be read: give the whole output.',
    );
    expect(text('GPU1\tNV18\t X \tSYS\tNODE\t', 'GPU1\tNV18\t X \tSYS\t')).toContain(
      'error t.txt:3 The row of GPU1 does not fit the heading: give the whole output, as it was printed.',
    );
    expect(messages(importNvidiaTopology('No devices were found\n', 't.txt'))[0]).toContain('vfio-pci');
  });
});
