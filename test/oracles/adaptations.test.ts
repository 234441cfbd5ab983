import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADAPTATIONS, adaptArguments, adaptDomain, formatAdaptations } from './adaptations.ts';
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
      '-drive file=a.img,format=raw,if=virtio -drive file=a.img,format=raw,if=virtio',
      'Failed to get "write" lock',
    ],
    ['# -m 4G', "Could not open '#'"],
  ])('%s stays refused', async (line, message) => {
    const answer = await askAdapted(words(line));
    expect(answer).toMatchObject({ verdict: 'refused', message: expect.stringContaining(message) });
  });

  test('what needs no adaptation is left as it was written', async () => {
    const line = `-machine q35 --name a,,b -device virtio-gpu-pci,x=a,,b -object memory-backend-ram,id=m,size=4GB`;
    const { args, used } = await adapt(line);
    expect(used).toEqual([]);
    expect(args).toEqual(words(line.replace('--name', '-name')));
  });

  test('what the machine has is not replaced', async () => {
    const line = words('-object memory-backend-ram,id=m,size=64M,policy=bind,host-nodes=1');
    await withScratch(async (folder) => {
      expect(adaptArguments(line, folder).args).not.toEqual(line);
      expect(adaptArguments(line, folder, undefined, ['host-node'])).toEqual({ args: line, used: [] });
    });
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

describe.skipIf(!asked)('adapted domains', () => {
  test('only the values concerned are replaced', () => {
    const xml =
      "<domain type='kvm'>\n<!-- <cpu mode='host-model'/> --><cpu  mode = \"host-model\"/>\n</domain>";
    const adapted = adaptDomain(xml);
    expect(adapted.xml).toBe(
      "<domain type='qemu'>\n<!-- <cpu mode='host-model'/> --><cpu  mode = \"maximum\"/>\n</domain>",
    );
    expect(adapted.used).toEqual([
      { id: 'domain-type', before: 'domain: kvm', after: 'domain: qemu' },
      { id: 'cpu-mode', before: 'domain/cpu: host-model', after: 'domain/cpu: maximum' },
    ]);
  });

  test.each([
    ['host-passthrough without KVM', "<domain type='qemu'><cpu mode='host-passthrough'/></domain>"],
    ['a list that is none', "<domain><numatune><memory nodeset='0,x'/></numatune></domain>"],
    [
      'guest nodes',
      "<domain><memoryBacking><hugepages><page nodeset='1'/></hugepages></memoryBacking></domain>",
    ],
    [
      'a machine that is too old or unknown',
      "<domain><os><type machine='pc-q35-0.9'/><type machine='q36'/></os>",
    ],
    ['what is no XML', '<domain <cpu mode="x> </'],
  ])('stays as it was: %s', (_, xml) => {
    expect(adaptDomain(xml)).toEqual({ xml, used: [] });
  });
});
