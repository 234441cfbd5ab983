interface Adaptation {
  readonly id: string;
  readonly dialect: 'qemu' | 'libvirt' | 'both';
  readonly replaces: string;
  readonly by: string;
  readonly why: string;
}

/**
 * What is replaced before a command line or a domain is put to the real programs, because the machine that asks lacks
 * what the author's machine had. A refusal or an acceptance that depends on a replaced fact proves nothing.
 */
export const ADAPTATIONS = [
  {
    id: 'accelerator',
    dialect: 'qemu',
    replaces:
      'the accelerators kvm, hvf, whpx, nvmm, hax and xen with their own properties; programs called kvm',
    by: 'tcg; the QEMU that is asked',
    why: 'the answer must not depend on /dev/kvm, and a command line is judged before the first instruction',
  },
  {
    id: 'cpu-model',
    dialect: 'qemu',
    replaces: '-cpu host and host-phys-bits=on, `enforce`, where the line asks for a hardware accelerator',
    by: '-cpu max with 46 address bits, nothing',
    why: 'emulation has no host CPU and lacks features that every host has',
  },
  {
    id: 'machine-type',
    dialect: 'both',
    replaces: "a pc machine type newer than the installed QEMU, or a distribution's own",
    by: 'the newest of the same family that is installed',
    why: 'the installed QEMU has one age, the files that are asked about have many',
  },
  {
    id: 'stand-in-device',
    dialect: 'qemu',
    replaces:
      'vfio-pci, vhost-*, ivshmem-doorbell, *-gl, scsi-block, virtio-input-host, usb-host, with the properties that only they have',
    by: 'e1000e, virtio-rng-pci, the device without GL, scsi-hd, virtio-tablet, usb-tablet',
    why: 'the host device, kernel module, daemon or GL display is missing; the stand-in sits on the same kind of bus',
  },
  {
    id: 'host-device-object',
    dialect: 'qemu',
    replaces: 'TPMs, evdev input, confidential guests, IOMMU objects, random number and credential files',
    by: 'nothing, /dev/urandom, a made-up secret',
    why: 'they open something of the host that is missing here',
  },
  {
    id: 'image',
    dialect: 'qemu',
    replaces: 'disk images, host disks and network disks',
    by: 'temporary files in the same format, 1 MiB (raw where the format cannot be made here)',
    why: "the author's disks are not here",
  },
  {
    id: 'boot-file',
    dialect: 'qemu',
    replaces: 'kernels, initial RAM disks, firmware, ROM and table files',
    by: 'temporary files that QEMU can load; ACPI and SMBIOS tables are left out',
    why: 'as for images; the guest never runs, so what they contain does not matter',
  },
  {
    id: 'shared-folder',
    dialect: 'qemu',
    replaces: 'folders shared with the guest',
    by: 'a temporary folder',
    why: "the author's folders are not here",
  },
  {
    id: 'memory-file',
    dialect: 'qemu',
    replaces: 'huge page mounts and files behind guest memory; hugetlb=on',
    by: 'a temporary folder or file on an ordinary file system; hugetlb=off',
    why: 'no huge pages are reserved here',
  },
  {
    id: 'size',
    dialect: 'qemu',
    replaces: 'all memory sizes, where they exceed 512 MiB together',
    by: 'the same sizes divided by one common factor',
    why: 'the machine may be small; sums, equality and multiples of 2 MiB are kept',
  },
  {
    id: 'memory-lock',
    dialect: 'qemu',
    replaces: 'mem-lock=on',
    by: 'mem-lock=off',
    why: 'locking memory is a privilege',
  },
  {
    id: 'host-node',
    dialect: 'both',
    replaces: 'host nodes and host CPUs that memory and threads are bound to, where node 0 is not among them',
    by: 'node 0, CPU 0',
    why: 'the machine may have one node only',
  },
  {
    id: 'network',
    dialect: 'qemu',
    replaces: 'tap, bridge, vhost-user and other backends, port forwarding',
    by: 'the user backend, nothing',
    why: 'interfaces of the host are not to be touched, and ports may be taken',
  },
  {
    id: 'character-device',
    dialect: 'qemu',
    replaces: 'listening sockets and files; all other character devices that reach outside',
    by: 'temporary paths; null',
    why: 'nobody is at the other end, and standard input belongs to the oracle',
  },
  {
    id: 'console',
    dialect: 'qemu',
    replaces:
      '-nographic, -display, -spice, -monitor, -qmp, -gdb; the display of -vnc; the target of -serial and its like',
    by: 'nothing; a temporary socket; null',
    why: 'the oracle speaks QMP on standard input and there is no display',
  },
  {
    id: 'audio',
    dialect: 'qemu',
    replaces: 'audio backends',
    by: 'none',
    why: 'there is no sound server',
  },
  {
    id: 'process',
    dialect: 'qemu',
    replaces:
      '-daemonize, -pidfile, -runas, -chroot, -run-with, -sandbox, -incoming, -loadvm, -preconfig, -add-fd, log and trace files',
    by: 'nothing',
    why: 'QEMU must stay in the foreground, unprivileged, and build its machine at once',
  },
  {
    id: 'domain-type',
    dialect: 'libvirt',
    replaces: "type='kvm' and type='hvf' of the domain",
    by: "type='qemu'",
    why: 'the answer must not depend on /dev/kvm',
  },
  {
    id: 'cpu-mode',
    dialect: 'libvirt',
    replaces: "mode='host-passthrough' and mode='host-model' of a domain that asks for KVM",
    by: "mode='maximum'",
    why: 'libvirt refuses the host CPU to a domain without KVM',
  },
  {
    id: 'emulator',
    dialect: 'libvirt',
    replaces: 'the path of an x86 emulator',
    by: 'the installed one',
    why: 'distributions put it in different places',
  },
] as const satisfies readonly Adaptation[];

export type AdaptationId = (typeof ADAPTATIONS)[number]['id'];

/** One place where an adaptation was needed: the option or XML value before and after; `after` is '' if it was left out. */
export interface AdaptationUse {
  readonly id: AdaptationId;
  readonly before: string;
  readonly after: string;
}

/** The table as text, with the number of uses in front of each row. */
export function formatAdaptations(uses: readonly AdaptationUse[]): string {
  const rows = ADAPTATIONS.map(({ id, replaces, by, why }) => {
    const count = uses.filter((use) => use.id === id).length;
    return `${String(count).padStart(6)}  ${id}: ${replaces} -> ${by} (${why})`;
  });
  return ['  uses  adaptation', ...rows].join('\n');
}
