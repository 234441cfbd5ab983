import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ADAPTATIONS, adaptArguments, adaptDomain, formatAdaptations } from './adaptations.ts';
import * as bash from './bash.ts';
import { bootGuest } from './boot.ts';
import * as libvirt from './libvirt.ts';
import { withScratch } from './process.ts';
import * as qemu from './qemu.ts';

const asked = process.env.VIRTLENS_ORACLES === '1';

const words = (line: string) => line.split(' ').filter((word) => word !== '');

/** Adapts a line as a user would write it and puts it to QEMU. */
const askAdapted = (args: readonly string[], program?: string) =>
  withScratch(async (folder) => {
    const adapted = adaptArguments(args, folder, program);
    const answer = await qemu.askQemu(adapted.args);
    return { ...answer, ...adapted, ids: [...new Set(adapted.used.map(({ id }) => id))] };
  });

const adapt = (line: string) => withScratch(async (folder) => adaptArguments(words(line), folder));

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

describe.skipIf(!asked || !qemu.available())('adapted command lines', () => {
  test('a passthrough line with all its trimmings is accepted', async () => {
    const answer = await askAdapted([
      ...words(
        '-enable-kvm -cpu host,kvm=off,hv_vendor_id=abc,topoext=on,migratable=no -machine pc-q35-99.1 -m 64G',
      ),
      ...words(
        '-smp 8,sockets=1,cores=4,threads=2 -mem-prealloc -nographic -daemonize -vnc :0 -monitor stdio',
      ),
      ...words(
        '-object memory-backend-file,id=a,size=32G,mem-path=/dev/hugepages,share=on,host-nodes=1,policy=bind',
      ),
      ...words(
        '-object {"qom-type":"memory-backend-memfd","id":"b","size":34359738368,"hugetlb":true,"host-nodes":[2],"policy":"bind"}',
      ),
      ...words('-numa node,nodeid=0,cpus=0-3,memdev=a -numa node,nodeid=1,cpus=4-7,memdev=b'),
      ...words('-device pcie-root-port,id=rp,chassis=1 -device qemu-xhci'),
      ...words('-device vfio-pci,host=0a:00.0,bus=rp,multifunction=on,x-vga=on,romfile=/x/gpu.rom'),
      ...words('-device {"driver":"vfio-pci","host":"0000:0a:00.1","bus":"rp","addr":"0x0.0x1"}'),
      ...words('-device usb-host,vendorid=0x46d,productid=0xc52b'),
      ...words('-drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd'),
      ...words(
        '-drive file=/vm/win.qcow2,format=qcow2,if=virtio,cache=none,aio=native -cdrom /iso/virtio.iso',
      ),
      ...words('-blockdev driver=host_device,filename=/dev/sdb,node-name=d1 -device virtio-blk-pci,drive=d1'),
      ...words(
        '-netdev tap,id=n,ifname=tap0,script=no,downscript=no,vhost=on -device virtio-net-pci,netdev=n',
      ),
      ...words('-nic user,hostfwd=tcp::22-:22 -audiodev pa,id=snd,server=/run/pulse -spice port=5900'),
      ...words(
        '-chardev socket,id=m,path=/run/m.sock,server,nowait -mon chardev=m -serial mon:stdio -pidfile /run/p',
      ),
      ...words('-kernel /boot/vmlinuz -initrd /boot/initrd.img'),
      '-append',
      'root=/dev/vda quiet',
    ]);
    expect(answer.message).not.toContain('error');
    expect(answer.verdict).toBe('accepted');
    expect(answer.ids.sort()).toEqual([
      'accelerator',
      'audio',
      'boot-file',
      'character-device',
      'console',
      'cpu-model',
      'host-node',
      'image',
      'machine-type',
      'memory-file',
      'network',
      'process',
      'size',
      'stand-in-device',
    ]);
  });

  test.each([
    // What is wrong in itself must stay wrong in the adapted line.
    ['-device vfio-pci,host=01:00.0,numa=0', "Property 'e1000e.numa' not found"],
    ['-machine q35 -device vfio-pci,host=01:00.0,bus=rp9', "Bus 'rp9' not found"],
    ['-device vfio-pci,host=gpu0', "Property 'vfio-pci.host' doesn't take value 'gpu0'"],
    ['-device vfio-pci', 'No provided host device'],
    ['-device usb-host,vendorid=1,bus=usb.0', "Bus 'usb.0' not found"],
    ['-cpu host', "CPU model 'host' requires KVM"],
    ['-enable-kvm -cpu host,numa=on', "Property 'max-x86_64-cpu.numa' not found"],
    ['-machine q36,accel=kvm', 'unsupported machine type'],
    ['-machine pc-q35-0.9', 'unsupported machine type'],
    ['-netdev tap,id=n,numa=0', "Invalid parameter 'numa'"],
    ['-object memory-backend-ram,id=m,size=4GB', "Parameter 'size' expects a size value"],
    ['-m 64G -object memory-backend-ram,id=a,size=32G -numa node,memdev=a', 'total memory for NUMA nodes'],
    ['-object memory-backend-ram,id=a,size=1G,host-nodes=1-0,policy=bind', "Parameter 'host-nodes'"],
    [
      '-drive file=a.img,format=raw,if=none,id=d,numa=0',
      "Block format 'raw' does not support the option 'numa'",
    ],
    ['-vnc 0.0.0.0', 'no vnc port specified'],
    [
      '-drive file=a.img,format=raw,if=none -drive file=a.img,format=raw,if=none',
      'Failed to get "write" lock',
    ],
    ['# -m 4G', "Could not open '#'"],
  ])('%s stays refused', async (line, message) => {
    const answer = await askAdapted(words(line));
    expect(answer).toMatchObject({ verdict: 'refused', message: expect.stringContaining(message) });
  });

  test('what needs no adaptation is left as it was written', async () => {
    const line = `${EXPANDER} --name a,,b -device virtio-gpu-pci,x=a,,b -object memory-backend-ram,id=m,size=4GB`;
    const { args, used } = await adapt(line);
    expect(used).toEqual([]);
    expect(args).toEqual(words(line.replace('--name', '-name')));
  });

  test('a program called kvm asks for acceleration', async () => {
    expect(await askAdapted(['-cpu', 'host'], '/usr/bin/kvm')).toMatchObject({
      verdict: 'accepted',
      ids: ['accelerator', 'cpu-model'],
    });
  });

  test('scaling keeps sums and multiples of 2 MiB', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 2, 1024),
        async (counts, unit) => {
          const mebibytes = counts.map((count) => count * unit);
          const total = mebibytes.reduce((sum, size) => sum + size, 0);
          const objects = mebibytes.map((size, id) => `-object memory-backend-ram,id=m${id},size=${size}M`);
          const { args } = await adapt(`-m ${total} ${objects.join(' ')}`);
          const bytes = args.flatMap((word) => /(?:^|size=)(\d+)([KM]?)$/.exec(word)?.slice(1, 3) ?? []);
          const sizes: number[] = [];
          for (let at = 0; at < bytes.length; at += 2) {
            sizes.push(Number(bytes[at]) * (bytes[at + 1] === 'K' ? 1 : 1024));
          }
          const [ram, ...backends] = sizes;
          expect(backends.reduce((sum, size) => sum + size, 0)).toBe(ram);
          expect(backends.map((size) => size / ram!)).toEqual(mebibytes.map((size) => size / total));
          expect(ram).toBeLessThanOrEqual(512 * 1024);
        },
      ),
      { numRuns: 50 },
    ));

  test('the table is printed with its counts', async () => {
    const { used } = await adapt('-enable-kvm -accel kvm -m 1T');
    const lines = formatAdaptations(used).split('\n');
    expect(lines).toHaveLength(ADAPTATIONS.length + 1);
    expect(lines.find((line) => line.includes('accelerator:'))).toMatch(/^ +2 /);
    expect(lines.find((line) => line.includes('audio:'))).toMatch(/^ +0 /);
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
      message: expect.stringContaining('os type'),
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
    expect(native.message).toContain('-smp 4,sockets=2,cores=2,threads=1');
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
      'tpm',
    ]);
    expect(await libvirt.askDefine(xml)).toEqual({ verdict: 'accepted', message: '' });
    expect((await libvirt.askNative(xml)).verdict).toBe('accepted');
    expect(await libvirt.askSchema(xml)).toEqual({ verdict: 'accepted', message: '' });
  });

  test('what is wrong in itself stays as it was', () => {
    const xml = domain("<cpu mode='host-passthrough'/><numatune><memory nodeset='0,x'/></numatune><cpu");
    expect(adaptDomain(xml)).toEqual({ xml, used: [] });
  });

  test('stops without a trace', async () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith('vl-lv-'));
    expect(await libvirt.startLibvirt()).toBe(true);
    const before = ours().length;
    await libvirt.stop();
    expect(ours()).toHaveLength(before - 1);
  });
});

describe.skipIf(!asked || !bash.available())('Bash', () => {
  test.each([
    [
      'a word for each argument',
      "qemu-system-x86_64 -name 'a b' \\\n  -m 4G",
      [['-name', 'a b', '-m', '4G']],
    ],
    ['a space after the backslash', 'qemu-system-x86_64 -m 4G \\ \n  -smp 4', [['-m', '4G', ' ']]],
    ['a carriage return after it', 'qemu-system-x86_64 -m 4G \\\r\n -smp 4', [['-m', '4G', '\r']]],
    ['an empty line after it', 'qemu-system-x86_64 -m 4G \\\n\n  -smp 4', [['-m', '4G']]],
    ['a comment inside', 'qemu-system-x86_64 -m 4G \\\n  # more\n  -smp 4', [['-m', '4G']]],
    [
      'arrays and loops',
      'a=(-m 1G)\nfor i in 1 2; do kvm "${a[@]}" -uuid $i; done',
      [
        ['-m', '1G', '-uuid', '1'],
        ['-m', '1G', '-uuid', '2'],
      ],
    ],
    [
      'prefixes',
      'sudo -u root numactl -N 0 -m 0 /usr/bin/taskset -c 0-3 nice -n -5 qemu-kvm -m 1G',
      [['-m', '1G']],
    ],
    [
      'folders',
      'Q=${Q:-/usr/libexec/qemu-kvm}\n[ -x "$Q" ] && "$Q" -a &\n"$HOME"/b/qemu-system-arm -b',
      expect.arrayContaining([['-a'], ['-b']]),
    ],
    [
      'root only',
      'set -e\n[ "$EUID" = 0 ] || exit 1\nmodprobe vfio-pci\nexport PATH=/usr/bin\nexec kvm -S',
      [['-S']],
    ],
    [
      'paths in arguments',
      'kvm -netdev tap,script=/bin/true -mem-path /dev/kvm',
      [['-netdev', 'tap,script=/bin/true', '-mem-path', '/dev/kvm']],
    ],
    ['no QEMU', 'echo qemu-system-x86_64', []],
  ])('passes on: %s', async (_, script, expected) => {
    expect(await bash.recordArguments(script)).toEqual(expected);
  });

  test('names the program and ends what does not end', async () => {
    const recording = await bash.recordScript(
      '/opt/qemu/bin/qemu-system-aarch64 -M virt\nwhile :; do :; done',
      1_000,
    );
    expect(recording).toMatchObject({
      verdict: 'timeout',
      commands: [{ program: 'qemu-system-aarch64', args: ['-M', 'virt'] }],
    });
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
});
