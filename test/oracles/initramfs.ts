import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Marks a fact on the guest's console, where kernel messages land in the middle of lines. */
export const FACT_MARK = '@@';

const APPLETS = [
  ...['sh', 'mount', 'cat', 'echo', 'readlink', 'sed', 'tr', 'dmesg', 'grep', 'poweroff', 'sort', 'date'],
  ...['taskset', 'kill', 'mkdir', 'usleep'],
];

/** A file that the guest is to have beside its own. */
export interface GuestFile {
  /** Absolute, in the guest. */
  readonly path: string;
  readonly content: Buffer;
}

/** The guest's only program: it prints where the kernel says that nodes, CPUs and PCI devices are, and ends. */
const INIT = `#!/bin/sh
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
dmesg -n 1 # from now on the console is ours
fact() { echo "${FACT_MARK}$*"; }
for n in /sys/devices/system/node/node[0-9]*; do
  fact "node node=\${n##*/node} cpus=$(cat $n/cpulist) kib=$(sed -n 's/.*MemTotal: *\\([0-9]*\\).*/\\1/p' $n/meminfo) distances=$(tr ' ' , < $n/distance)"
done
for c in /sys/devices/system/cpu/cpu[0-9]*; do
  for n in $c/node[0-9]*; do node=\${n##*/node}; done
  fact "cpu cpu=\${c##*/cpu} node=$node package=$(cat $c/topology/physical_package_id) core=$(cat $c/topology/core_id)"
done
for d in /sys/bus/pci/devices/*; do
  parents=$(readlink $d | sed 's#.*/pci[0-9a-f:]*/##; s#/*[^/]*$##; s#/#,#g')
  fact "pci address=\${d##*/} class=$(cat $d/class) vendor=$(cat $d/vendor) device=$(cat $d/device) node=$(cat $d/numa_node) cpus=$(cat $d/local_cpulist) parents=$parents"
done
dmesg | grep -iE 'numa|SRAT:|HMAT:' | sed 's/^\\[[^]]*\\] */${FACT_MARK}kernel /'
[ -e /script ] && sh /script 2>&1 | sed 's/^/${FACT_MARK}script /'
fact end
poweroff -f
`;

/**
 * An initial RAM disk with a static busybox and the program above. With files it is not compressed: an emulated guest
 * takes longer to unpack them than the host to read them.
 * @param script a shell script that the guest runs last; it has the applets named above.
 */
export function buildInitramfs(busybox: string, script?: string, files: readonly GuestFile[] = []): Buffer {
  const own = ['bin', 'proc', 'sys', 'dev', 'tmp'];
  const folders = new Set([...own, ...files.flatMap(({ path }) => foldersAbove(path))]);
  const links = APPLETS.map((name) => entry(`bin/${name}`, 0o120777, Buffer.from('busybox')));
  const disk = Buffer.concat([
    ...[...folders].map((name) => entry(name, 0o040755, Buffer.alloc(0))),
    entry('bin/busybox', 0o100755, readFileSync(busybox)),
    ...links,
    entry('init', 0o100755, Buffer.from(INIT)),
    ...(script === undefined ? [] : [entry('script', 0o100644, Buffer.from(script))]),
    ...files.map(({ path, content }) => entry(path.slice(1), 0o100755, content)),
    entry('TRAILER!!!', 0, Buffer.alloc(0)),
  ]);
  return files.length > 0 ? disk : gzipSync(disk);
}

/** `usr`, `usr/lib` for `/usr/lib/libc.so.6`: a folder has to be there before what is in it. */
const foldersAbove = (path: string): string[] => {
  const names = path.split('/').slice(1, -1);
  return names.map((_, i) => names.slice(0, i + 1).join('/'));
};

/** One file of a cpio archive in the "newc" form (Documentation/driver-api/early-userspace of Linux). */
function entry(name: string, mode: number, content: Buffer): Buffer {
  const [inode, user, group, links, time] = [0, 0, 0, 1, 0];
  const [major, minor, deviceMajor, deviceMinor, checksum] = [0, 0, 0, 0, 0];
  const fields = [
    inode,
    mode,
    user,
    group,
    links,
    time,
    content.length,
    major,
    minor,
    deviceMajor,
    deviceMinor,
  ];
  const numbers = [...fields, name.length + 1, checksum].map((field) => field.toString(16).padStart(8, '0'));
  return Buffer.concat([padded(Buffer.from(`070701${numbers.join('')}${name}\0`)), padded(content)]);
}

const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
