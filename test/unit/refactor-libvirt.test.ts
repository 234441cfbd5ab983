import { describe, expect, test } from 'vitest';
import { affinityOf } from '../../server/src/guest/queries.ts';
import { read, refactored, titlesAt } from '../lib/refactor.ts';

const LIBVIRT = { dialect: 'libvirt' } as const;
const QEMU = { dialect: 'qemu' } as const;
const after = (marked: string, title: string) => refactored(marked, title, LIBVIRT);
const titles = (marked: string) => titlesAt(marked, LIBVIRT);

const domain = (...lines: string[]) =>
  ["<domain type='kvm'>", '  <name>vm</name>', ...lines.map((line) => `  ${line}`), '</domain>', ''].join(
    '\n',
  );

const CELLS = [
  "<cell id='0' cpus='0-1' memory='1' unit='GiB'/>",
  "<cell id='1' cpus='2-3' memory='1' unit='GiB'/>",
];

describe('several <cpu>', () => {
  const start = ["<memory unit='GiB'>2</memory>", '<vcpu>4</vcpu>'];
  const first = [
    "<cpu mode='host-passthrough'>",
    "  <topology sockets='2' cores='2' threads='1'/>",
    '</cpu>',
  ];
  const numa = ['  <numa>', ...CELLS.map((cell) => `    ${cell}`), '  </numa>'];

  test('become the first one with the <numa> of the second', () => {
    const text = domain(...start, ...first, "<|cpu mode='custom'>", ...numa, '</cpu>');
    expect(titles(text)).toEqual([
      'Merge into the first <cpu>: of the second keep its <numa>, which is all that libvirt reads of it',
    ]);
    expect(after(text, 'Merge')).toBe(domain(...start, ...first.slice(0, 2), ...numa, '</cpu>'));
  });

  test('bring their cells together where both have some', () => {
    const half = (cell: string) => ['  <numa>', `    ${cell}`, '  </numa>'];
    const text = domain(
      ...start,
      '<cpu>',
      ...half(CELLS[0]!),
      '</cpu>',
      '<|cpu>',
      ...half(CELLS[1]!),
      '</cpu>',
    );
    expect(after(text, 'Merge')).toBe(domain(...start, '<cpu>', ...numa, '</cpu>'));
  });

  test('of which the second says nothing that is read', () => {
    const text = domain(...start, ...first, "<|cpu mode='custom'/>");
    expect(after(text, 'Merge into the first <cpu>: of the second keep nothing')).toBe(
      domain(...start, ...first),
    );
  });

  test('are left alone where a comment would be lost', () => {
    const text = domain(...start, ...first, '<|cpu>', '  <!-- why -->', ...numa, '</cpu>');
    expect(titles(text)).toEqual([]);
  });
});

describe('a misplaced element', () => {
  const start = ["<memory unit='GiB'>2</memory>", '<vcpu>2</vcpu>'];

  test('moves to the one place where it is read', () => {
    const text = domain(
      ...start,
      "<vcpupin vcpu='0' cpuset='1'/>".replace('pin', '|pin'),
      '<cputune>',
      '  <shares>1</shares>',
      '</cputune>',
    );
    expect(after(text, 'Move <vcpupin> into <cputune>')).toBe(
      domain(...start, '<cputune>', '  <shares>1</shares>', "  <vcpupin vcpu='0' cpuset='1'/>", '</cputune>'),
    );
  });

  test('takes its home with it where there is none', () => {
    const text = domain(...start, "<vcpu|pin vcpu='0' cpuset='1'/>", '<devices/>');
    expect(after(text, 'Move <vcpupin> into <cputune>')).toBe(
      domain(...start, '<cputune>', "  <vcpupin vcpu='0' cpuset='1'/>", '</cputune>', '<devices/>'),
    );
  });

  test('stays where there is one already, or where it belongs', () => {
    const topology = "<topo|logy sockets='1' cores='2' threads='1'/>";
    const cpu = ['<cpu>', `  ${topology.replace('|', '')}`, '</cpu>'];
    expect(titles(domain(...start, topology, ...cpu))).toEqual([]);
    expect(titles(domain(...start, '<cpu>', topology, '</cpu>')).join()).not.toContain('Move');
  });
});

describe('cells from sockets', () => {
  const cpu = (mark: string, levels = "sockets='2' cores='2' threads='1'") => [
    '<cpu>',
    `  <topo${mark}logy ${levels}/>`,
    '</cpu>',
  ];
  const start = ["<memory unit='KiB'>2097152</memory>", '<vcpu>4</vcpu>'];

  test('each take their vCPUs and their share of the memory', () => {
    const [open, topology, close] = cpu('');
    expect(after(domain(...start, ...cpu('|')), 'Add a guest NUMA node for each of the 2 sockets')).toBe(
      domain(
        ...start,
        open!,
        topology!,
        '  <numa>',
        ...CELLS.map((cell) => `    ${cell}`),
        '  </numa>',
        close!,
      ),
    );
  });

  test.each([
    ['one socket', domain(...start, ...cpu('|', "sockets='1' cores='4' threads='1'"))],
    ['a topology of other vCPUs', domain(...start, ...cpu('|', "sockets='2' cores='4' threads='1'"))],
    [
      'cells already',
      domain(...start, ...cpu('|').slice(0, 2), '<numa>', CELLS[0]!, CELLS[1]!, '</numa>', '</cpu>'),
    ],
    ['memory that a template gives', domain('<memory>{{ ram }}</memory>', '<vcpu>4</vcpu>', ...cpu('|'))],
    ['memory that cannot be shared out', domain('<memory>2097153</memory>', '<vcpu>4</vcpu>', ...cpu('|'))],
  ])('are not offered with %s', (_, text) => {
    expect(titles(text).filter((title) => title.startsWith('Add'))).toEqual([]);
  });
});

describe('a <memnode> per cell', () => {
  const start = ["<memory unit='GiB'>2</memory>", '<vcpu>4</vcpu>'];
  const cpu = ['<cpu>', '  <numa>', ...CELLS.map((cell) => `    ${cell}`), '  </numa>', '</cpu>'];
  const memory = "  <memory mode='strict' nodeset='0-1'/>";
  const memnode = (cell: number, nodeset: string) =>
    `  <memnode cellid='${cell}' mode='strict' nodeset='${nodeset}'/>`;

  test('binds each to where all are bound', () => {
    const text = domain(...start, '<numa|tune>', memory, '</numatune>', ...cpu);
    expect(after(text, 'Add a <memnode> for each of 2 cells')).toBe(
      domain(...start, '<numatune>', memory, memnode(0, '0-1'), memnode(1, '0-1'), '</numatune>', ...cpu),
    );
  });

  test('leaves those that are there', () => {
    const text = domain(...start, '<numa|tune>', memory, memnode(1, '1'), '</numatune>', ...cpu);
    expect(after(text, 'Add a <memnode> for cell 0')).toBe(
      domain(...start, '<numatune>', memory, memnode(1, '1'), memnode(0, '0-1'), '</numatune>', ...cpu),
    );
  });

  test('is not offered where numad chooses', () => {
    const auto = "  <memory mode='strict' placement='auto'/>";
    expect(titles(domain(...start, '<numa|tune>', auto, '</numatune>', ...cpu))).toEqual([]);
  });
});

describe('a guest node for a device', () => {
  test('that no rule asks for: a network card in XML', () => {
    const card = [
      "<interface type='network'>",
      "  <sou|rce network='default'/>",
      "  <model type='virtio'/>",
      "  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>",
      '</interface>',
    ];
    const text = domain(
      "<memory unit='GiB'>2</memory>",
      '<vcpu>4</vcpu>',
      "<os><type arch='x86_64' machine='q35'>hvm</type></os>",
      '<cpu>',
      '  <numa>',
      ...CELLS.map((cell) => `    ${cell}`),
      '  </numa>',
      '</cpu>',
      '<devices>',
      ...card.map((line) => `  ${line}`),
      '</devices>',
    );
    const placed = read(after(text, 'Place the device near guest node 1'), LIBVIRT).document.subjects[0]!
      .variants[0]!;
    const devices = placed.guest.pci.devices.items.filter(({ label }) => label !== undefined);
    expect(devices.map(affinityOf)).toContain(1);
  });

  test('and on a command line', () => {
    const text =
      'qemu-system-x86_64 -machine q35 -m 2G -smp 4 -object memory-backend-ram,id=a,size=1G ' +
      '-object memory-backend-ram,id=b,size=1G -numa node,memdev=a,cpus=0-1 -numa node,memdev=b,cpus=2-3 ' +
      '-netdev user,id=n -device |virtio-net-pci,netdev=n\n';
    const placed = read(refactored(text, 'Place the device near guest node 1', QEMU), QEMU);
    const { devices } = placed.document.subjects[0]!.variants[0]!.guest.pci;
    expect(devices.items.map(affinityOf)).toEqual([1]);
  });
});

describe('units', () => {
  const vcpu = '<vcpu>1</vcpu>';

  test('become the largest in which the number is whole', () => {
    expect(after(domain("<memory unit='KiB'>8388|608</memory>", vcpu), 'Write 8388608 KiB as 8 GiB')).toBe(
      domain("<memory unit='GiB'>8</memory>", vcpu),
    );
    expect(after(domain('<mem|ory>1572864</memory>', vcpu), 'Write 1572864 KiB as 1536 MiB')).toBe(
      domain("<memory unit='MiB'>1536</memory>", vcpu),
    );
  });

  test('of all sizes at once', () => {
    const text = (mark: string) =>
      domain(
        `<mem${mark}ory unit='KiB'>2097152</memory>`,
        '<vcpu>4</vcpu>',
        '<memoryBacking><hugepages><page size="2048"/></hugepages></memoryBacking>',
        '<cpu><numa><cell id="0" cpus="0-3" memory="2097152" unit="KiB"/></numa></cpu>',
      );
    expect(after(text('|'), 'Write all 3 sizes')).toBe(
      domain(
        "<memory unit='GiB'>2</memory>",
        '<vcpu>4</vcpu>',
        '<memoryBacking><hugepages><page size="2" unit="MiB"/></hugepages></memoryBacking>',
        '<cpu><numa><cell id="0" cpus="0-3" memory="2" unit="GiB"/></numa></cpu>',
      ),
    );
  });

  test('stay where nothing is gained or known', () => {
    expect(titles(domain("<mem|ory unit='GiB'>8</memory>", vcpu))).toEqual([]);
    expect(titles(domain('<mem|ory>1048577</memory>', vcpu))).toEqual([]);
    expect(titles(domain("<mem|ory unit='KB'>1000</memory>", vcpu))).toEqual([]);
    expect(titles(domain('<mem|ory>{{ ram }}</memory>', vcpu))).toEqual([]);
    expect(titles(domain("<mem|ory unit='{{ u }}'>1024</memory>", vcpu))).toEqual([]);
  });
});
