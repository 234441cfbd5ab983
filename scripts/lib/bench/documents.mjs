// The documents that are measured: made here, so that every machine measures the same ones. They are what people
// write: mostly right, with a few mistakes for the rules to find.

const lines = (text) => text.split('\n').length - 1;
const hex = (number) => number.toString(16).padStart(2, '0');

/** A disk as the options of a command line. */
const scriptDisk = (guest, n) =>
  `  -blockdev "node-name=disk${n},driver=file,filename=$IMAGES/guest${guest}-${n}.raw"
  -device scsi-hd,id=hd${n},bus=scsi0.0,scsi-id=${n % 200},lun=${Math.floor(n / 200)},drive=disk${n}
`;

/** A guest of two nodes that is started from an array. Its display has no node, and one backend is left over. */
const scriptGuest = (guest, disks) => `
# Guest ${guest}
NODE${guest}=${guest % 2}
args${guest}=(
  -name guest${guest}
  -machine q35
  -accel kvm
  -cpu host
  -smp 8,sockets=2,cores=4,threads=1
  -m 16G
  -object iothread,id=io0
  # Memory where the vCPUs are
  -object memory-backend-memfd,id=near,size=8G,host-nodes=$NODE${guest},policy=bind
  -object memory-backend-memfd,id=far,size=8G,host-nodes=1,policy=bind
  -object memory-backend-ram,id=spare,size=1G
  -numa node,nodeid=0,cpus=0-3,memdev=near
  -numa node,nodeid=1,cpus=4-7,memdev=far
  -device pxb-pcie,id=pxb0,bus=pcie.0,bus_nr=64,numa_node=0
  -device pcie-root-port,id=port0,bus=pxb0,chassis=1,slot=1
  -device vfio-pci,host=0000:${hex(guest % 256)}:00.0,bus=port0
  -device virtio-gpu-pci,bus=pcie.0
  -netdev tap,id=net0,ifname=tap${guest},script=no,downscript=no,vhost=on
  -device virtio-net-pci,id=nic0,bus=pcie.0,netdev=net0,mac=52:54:00:00:00:${hex(guest % 256)}
  -device virtio-scsi-pci,id=scsi0,bus=pcie.0,iothread=io0
${Array.from({ length: disks }, (_, n) => scriptDisk(guest, n)).join('')}  -display none
)
qemu-system-x86_64 "\${args${guest}[@]}" &
`;

const scriptHead = `#!/bin/bash
# Starts the guests of one compute node.
set -euo pipefail
IMAGES=\${IMAGES:-/var/lib/images}

if [ ! -d "$IMAGES" ]; then
  echo "no images in $IMAGES" >&2
  exit 1
fi
`;

/** A script of several guests, of so many disks each. */
const script = (guests, disks) =>
  `${scriptHead}${Array.from({ length: guests }, (_, n) => scriptGuest(n, disks)).join('')}\nwait\n`;

/** a to z, then aa and on, as disks are counted. */
const letters = (n) => (n < 26 ? '' : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26));

/** Disks by turns with cards: on a bus of their own, as so many would not find a PCI slot each. */
const domainDevice = (n) =>
  n % 2 === 0
    ? `    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none' io='native'/>
      <source file='/var/lib/images/disk${n}.raw'/>
      <target dev='sd${letters(n / 2)}' bus='scsi'/>
    </disk>
`
    : `    <interface type='bridge'>
      <mac address='52:54:00:00:${hex(Math.floor(n / 256))}:${hex(n % 256)}'/>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
`;

/** A domain of two nodes with a GPU that has none, and of so many devices besides. */
const domain = (name, devices) => `<domain type='kvm'>
  <name>${name}</name>
  <memory unit='GiB'>16</memory>
  <currentMemory unit='GiB'>16</currentMemory>
  <vcpu placement='static'>8</vcpu>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/>
    <vcpupin vcpu='1' cpuset='1'/>
    <vcpupin vcpu='2' cpuset='2'/>
    <vcpupin vcpu='3' cpuset='3'/>
    <emulatorpin cpuset='8-9'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='0-1'/>
    <memnode cellid='0' mode='strict' nodeset='0'/>
    <memnode cellid='1' mode='strict' nodeset='1'/>
  </numatune>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <cpu mode='host-passthrough'>
    <topology sockets='2' dies='1' cores='4' threads='1'/>
    <numa>
      <cell id='0' cpus='0-3' memory='8' unit='GiB'/>
      <cell id='1' cpus='4-7' memory='8' unit='GiB'/>
    </numa>
  </cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
${Array.from({ length: devices }, (_, n) => domainDevice(n)).join('')}    <hostdev mode='subsystem' type='pci' managed='yes'>
      <driver name='vfio'/>
      <source>
        <address domain='0x0000' bus='0xaf' slot='0x00' function='0x0'/>
      </source>
    </hostdev>
    <memballoon model='none'/>
  </devices>
</domain>
`;

const entry = (name, language, text, typedAt) => ({ name, language, text, lines: lines(text), typedAt });

/** The documents of the measurements in an editor; `typedAt` is the text before which somebody types. */
export const edited = () => [
  entry('script', 'shellscript', script(4, 10), '  -display none\n'),
  entry('small domain', 'xml', domain('guest', 11), '    <memballoon'),
  entry('large domain', 'xml', domain('guest', 390), '    <memballoon'),
];

/** Pairs of inputs of which the second is about ten times the first, each with what there is more of. */
export const growing = () => [
  { what: 'guests in a script', small: script(4, 9), large: script(40, 9) },
  { what: 'options of a command', small: script(1, 60), large: script(1, 600) },
  { what: 'devices of a domain', small: domain('guest', 60), large: domain('guest', 600) },
];

/** So many files, scripts and domains by turns, of all sizes up to some 200 lines. Returns { name, text }. */
export const mixed = (count) =>
  Array.from({ length: count }, (_, n) =>
    n % 2 === 0
      ? { name: `start-${n}.sh`, text: script(1 + (n % 4), n % 12) }
      : { name: `guest-${n}.xml`, text: domain(`guest-${n}`, n % 35) },
  );

/** So many domains, of all sizes up to some 200 lines. Returns { name, text }. */
export const manyDomains = (count) => mixed(2 * count).filter(({ name }) => name.endsWith('.xml'));

/** The same of scripts. */
export const manyScripts = (count) => mixed(2 * count).filter(({ name }) => name.endsWith('.sh'));
