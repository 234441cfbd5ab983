import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { adaptArguments, adaptDomain } from './adaptations.ts';
import { recordArguments } from './bash.ts';
import { bootGuest } from './boot.ts';
import * as libvirt from './libvirt.ts';
import { withScratch } from './process.ts';
import * as qemu from './qemu.ts';

const asked = process.env.VIRTLENS_ORACLES === '1';

const words = (line: string) => line.split(' ').filter((word) => word !== '');

const MACHINE = '-machine q35 -m 512 -smp 4 -nic none -vga none';
const BACKENDS = '-object memory-backend-ram,id=m0,size=256M -object memory-backend-ram,id=m1,size=256M';
const NODES = '-numa node,nodeid=0,cpus=0-1,memdev=m0 -numa node,nodeid=1,cpus=2-3,memdev=m1';
const TWO_NODES = `${MACHINE} ${BACKENDS} ${NODES}`;
const EXPANDER = `${TWO_NODES} -device pxb-pcie,id=p0,bus=pcie.0,bus_nr=128,numa_node=1`;

describe.skipIf(!asked || !qemu.available())('QEMU', () => {
  test.each([
    [`${TWO_NODES} -device virtio-gpu-pci,numa=0`, "Property 'virtio-gpu-pci.numa' not found"],
    ['-device virtio-gpu-pcie', "'virtio-gpu-pcie' is not a valid device model name"],
    ['-machine q35 -device virtio-gpu-pci,bus=rp9', "Bus 'rp9' not found"],
    [`${TWO_NODES} -device pxb-pcie,bus=pcie.0,bus_nr=128,numa_node=2`, 'Illegal numa node 2'],
    [`${EXPANDER} -device virtio-gpu-pci,bus=p0`, 'PCI: Only PCI/PCIe bridges can be plugged into pxb-pcie'],
    ['-machine pc -device pxb-pcie,bus_nr=128', 'pxb-pcie devices cannot reside on a PCI bus'],
    [
      `${MACHINE} ${BACKENDS} -numa node,nodeid=0,cpus=0-3,memdev=m0 -numa node,nodeid=1,cpus=0-3,memdev=m1`,
      '-numa node,nodeid=1,cpus=0-3,memdev=m1: CPU is already assigned to node-id: 0',
    ],
    ['-smp 2 -numa node,cpus=2', 'CPU index (2) should be smaller than maxcpus (2)'],
    [
      `-machine q35 -m 1024 -smp 4 ${BACKENDS} ${NODES}`,
      'total memory for NUMA nodes (0x20000000) should equal RAM size (0x40000000)',
    ],
    [
      '-machine q35 -m 512 -numa node,mem=512M',
      'Parameter -numa node,mem is not supported by this machine type',
    ],
    [`${MACHINE} -numa node,memdev=nope`, 'memdev=nope is ambiguous'],
    [`${TWO_NODES} -object memory-backend-ram,id=m0,size=1M`, "Duplicate ID 'm0' for object"],
    ['-object memory-backend-ram,id=m,size=1M,policy=bind', 'host-nodes must be set for policy bind'],
    [
      '-object memory-backend-ram,id=m,size=1M,policy=strict',
      "Parameter 'policy' does not accept value 'strict'",
    ],
    [
      `${TWO_NODES} -numa dist,src=0,dst=1,val=5`,
      "NUMA distance (5) is invalid, it shouldn't be less than 10.",
    ],
  ])('refuses %s', async (line, message) => {
    const answer = await qemu.askQemu(words(line));
    expect(answer.verdict).toBe('refused');
    expect(answer.message).toContain(message);
  });

  test.each([
    '-machine none',
    TWO_NODES,
    `${EXPANDER} -device pcie-root-port,id=rp,bus=p0,chassis=1 -device virtio-gpu-pci,bus=rp`,
    '-machine q35,memory-backend=m -object memory-backend-ram,id=m,size=64M,policy=bind,host-nodes=0-1',
  ])('accepts %s', async (line) => {
    expect(await qemu.askQemu(words(line))).toEqual({ verdict: 'accepted', message: '' });
  });

  test('takes neither help nor a hanging start for an acceptance', async () => {
    expect((await qemu.askQemu(['-version'])).verdict).toBe('refused');
    const waiting = '-chardev socket,id=c,path=never,server=on,wait=on';
    expect((await qemu.askQemu(words(waiting), { timeoutMs: 1_000 })).verdict).toBe('timeout');
  });

  test('leaves no false huge page mount behind', async () => {
    const before = existsSync('/dev/hugepages');
    await qemu.askQemu(
      words(
        '-machine q35,memory-backend=m -m 64 -object memory-backend-file,id=m,size=64M,mem-path=/dev/hugepages',
      ),
    );
    expect(existsSync('/dev/hugepages')).toBe(before);
  });
});

const domain = (inner: string, type = 'qemu') => `<domain type='${type}'>
  <name>oracle</name><memory unit='MiB'>512</memory><vcpu>4</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  ${inner}
</domain>`;
const cells = (first: string, second: string) =>
  `<cpu><numa><cell id='0' cpus='${first}' memory='256' unit='MiB'/><cell id='1' cpus='${second}' memory='256' unit='MiB'/></numa></cpu>`;

describe.skipIf(!asked || !libvirt.available())('libvirt', () => {
  afterAll(() => libvirt.stop());

  test.each([
    [cells('0-3', '2-3'), 'unsupported configuration: NUMA cells 1 and 0 have overlapping vCPU ids'],
    [cells('0-3', '4-5'), 'internal error: Number of CPUs in <numa> exceeds the <vcpu> count'],
    [
      "<numatune><memnode cellid='0' mode='strict' nodeset='0'/></numatune>",
      "XML error: Element 'memnode' is invalid without any guest NUMA cells",
    ],
    [
      "<cputune><vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='0' cpuset='1'/></cputune>",
      "internal error: duplicate vcpupin for vcpu '0'",
    ],
  ])('refuses to define %s', async (inner, message) => {
    expect(await libvirt.askDefine(domain(inner))).toEqual({ verdict: 'refused', message });
  });

  test('refuses a domain without an os type', async () => {
    const xml = domain('').replace(/<os>.*<\/os>/, '');
    expect(await libvirt.askDefine(xml)).toMatchObject({
      verdict: 'refused',
      message: expect.stringContaining('os <type>'),
    });
  });

  test('a domain can be defined again and again, and two cpu elements are taken', async () => {
    const xml = domain(`<cpu><topology sockets='2' cores='2' threads='1'/></cpu>${cells('0-1', '2-3')}`);
    for (let round = 0; round < 2; round++) {
      expect(await libvirt.askDefine(xml)).toEqual({ verdict: 'accepted', message: '' });
    }
    expect((await libvirt.askSchema(xml)).verdict).toBe('refused');
    const native = await libvirt.askNative(xml);
    expect(native.verdict).toBe('accepted');
    expect(native.message).toContain('-smp 4,sockets=2,dies=1,cores=2,threads=1');
    expect(native.message).toContain('nodeid=1,cpus=2-3');
  });

  test('finds by the command line what define lets pass', async () => {
    const graphics = "<devices><graphics type='vnc'/><graphics type='vnc'/></devices>";
    expect((await libvirt.askDefine(domain(graphics))).verdict).toBe('accepted');
    expect(await libvirt.askNative(domain(graphics))).toEqual({
      verdict: 'refused',
      message:
        'unsupported configuration: only 1 graphics device of each type (sdl, vnc, spice, headless, dbus) is supported',
    });
  });

  test('an adapted domain is defined and becomes a command line', async () => {
    const { xml, used } = adaptDomain(
      domain(
        `<memoryBacking><hugepages/></memoryBacking>
         <!-- <emulator>/usr/bin/kvm</emulator> -->
         <numatune><memory mode='strict' nodeset='2-3'/></numatune>
         <cpu mode='host-passthrough' check='none' migratable='on'/>
         <devices><emulator>/usr/libexec/qemu-kvm</emulator>
           <hostdev mode='subsystem' type='pci' managed='yes'>
             <driver name='vfio'/><source><address domain='0' bus='10' slot='0' function='0'/></source>
           </hostdev>
           <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
         </devices>`,
        'kvm',
      ).replace("machine='q35'", 'machine="pc-q35-rhel9.6.0"'),
    );
    expect(used.map(({ id }) => id)).toEqual([
      'domain-type',
      'machine-type',
      'host-node',
      'cpu-mode',
      'emulator',
    ]);
    expect(await libvirt.askDefine(xml)).toEqual({ verdict: 'accepted', message: '' });
    expect((await libvirt.askNative(xml)).verdict).toBe('accepted');
    expect(await libvirt.askSchema(xml)).toEqual({ verdict: 'accepted', message: '' });
  });

  test('the command line that libvirt makes is one that QEMU accepts', async () => {
    const passedThrough = `<hostdev mode='subsystem' type='pci' managed='yes'>
        <source><address domain='0' bus='10' slot='0' function='0'/></source>
      </hostdev>`;
    const { xml } = adaptDomain(domain(`${cells('0-1', '2-3')}<devices>${passedThrough}</devices>`, 'kvm'));
    const native = await libvirt.askNative(xml);
    expect(native).toMatchObject({ verdict: 'accepted' });
    const [args] = await recordArguments(native.message);
    const answer = await withScratch((folder) => qemu.askQemu(adaptArguments(args!, folder).args));
    expect(answer).toMatchObject({ verdict: 'accepted' });
  });

  test('stops without a trace', async () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith('vl-lv-'));
    expect(await libvirt.startLibvirt()).toBe(true);
    const before = ours().length;
    await libvirt.stop();
    expect(ours()).toHaveLength(before - 1);
  });
});

describe.skipIf(!asked || !qemu.available())('a booted guest', () => {
  test('sees a device on the node of its expander', { timeout: 300_000 }, async (context) => {
    const port = '-device pcie-root-port,id=rp,bus=p0,chassis=1 -device virtio-gpu-pci,bus=rp';
    const report = await bootGuest(words(`${EXPANDER} ${port} -device virtio-rng-pci,bus=pcie.0`));
    context.skip(report.verdict === 'unavailable', report.message);
    expect(report.verdict).toBe('booted');
    expect(report.nodes.map(({ cpus, distances }) => ({ cpus, distances }))).toEqual([
      { cpus: '0-1', distances: [10, 20] },
      { cpus: '2-3', distances: [20, 10] },
    ]);
    const node = (device: string) => report.devices.find((candidate) => candidate.device === device)?.node;
    expect({ gpu: node('0x1050'), rng: node('0x1005') }).toEqual({ gpu: 1, rng: -1 });
    expect(report.kernel).toContain('pci_bus 0000:80: on NUMA node 1');
  });

  test('that crashes is reported with what it wrote last', { timeout: 300_000 }, async (context) => {
    const report = await bootGuest(words('-accel tcg -m 256M'), 90_000, 'echo c > /proc/sysrq-trigger');
    context.skip(report.verdict === 'unavailable', report.message);
    expect(report).toMatchObject({ verdict: 'crashed', message: expect.stringContaining('Kernel panic') });
  });
});
