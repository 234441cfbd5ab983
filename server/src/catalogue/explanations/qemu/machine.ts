import type { QemuTopic } from '../explanation.ts';

/** The machine, its processors and what runs them. */
export const machineTopics: readonly QemuTopic[] = [
  {
    option: 'machine',
    itself: {
      side: 'guest',
      text:
        'The chipset of the guest and settings of the whole ' +
        'machine. Repeated options add up, the last wins.',
      default: 'pc (i440fx, without PCI Express) on x86',
    },
    properties: {
      type: {
        side: 'guest',
        text:
          'The chipset: q35 has PCI Express, pc has only PCI. ' +
          'A version such as pc-q35-9.0 freezes the hardware.',
        default: 'pc on x86',
        pitfall:
          'The bare names q35 and pc mean the newest version, ' +
          'so the hardware changes when QEMU is upgraded.',
      },
      accel: {
        side: 'host',
        text:
          'What runs the guest: kvm is the processor, tcg ' +
          'emulates it. kvm:tcg tries the first, then the second.',
        default: 'tcg (kvm if the program is called qemu-kvm)',
        pitfall: 'It cannot be combined with `-accel`.',
      },
      'memory-backend': {
        side: 'guest',
        text: 'The id of the backend that is all of the RAM, for a guest without NUMA nodes of its own.',
        default: 'QEMU makes a plain backend for `-m`',
        since: 'QEMU 5.0',
        pitfall: 'It excludes `-numa node,memdev=`, and the backend must be as big as `-m`.',
      },
      hmat: {
        side: 'guest',
        text: 'Gives the guest the ACPI table with latencies and bandwidths of memory.',
        default: 'off',
        since: 'QEMU 5.0',
        pitfall: 'Without it `initiator=`, hmat-lb and hmat-cache are refused.',
      },
      'mem-merge': {
        side: 'host',
        text: 'Whether the host may fold equal pages of several guests into one (KSM).',
        default: 'on',
      },
      'kernel-irqchip': {
        side: 'host',
        text:
          'Where the interrupt controllers of the guest live: ' +
          'all in KVM (on), or the I/O APIC in QEMU (split).',
        default: 'on with KVM',
        pitfall: 'A virtual IOMMU with `intremap=on` needs split; with on QEMU exits.',
      },
    },
  },
  {
    option: 'accel',
    itself: {
      side: 'host',
      text: 'What runs the guest. Given several times, the first one that works is taken.',
      default: 'tcg, which is slow (kvm if the program is called qemu-kvm)',
      pitfall: 'It cannot be combined with `-enable-kvm` or `-machine accel=`.',
    },
  },
  {
    option: 'accel',
    type: 'kvm',
    itself: {
      side: 'host',
      text:
        'Runs the guest on the real processor. Needs ' +
        'virtualization in the firmware and access to `/dev/kvm`.',
    },
  },
  {
    option: 'accel',
    type: 'tcg',
    itself: {
      side: 'host',
      text: 'Emulates the processor in software: works everywhere, and is many times slower than KVM.',
    },
  },
  {
    option: 'enable-kvm',
    itself: {
      side: 'host',
      text: 'The old way to write `-machine accel=kvm`.',
      default: 'off: the guest is emulated',
      pitfall: 'QEMU exits if `-accel` stands beside it, even `-accel kvm`.',
    },
  },
  {
    option: 'smp',
    itself: {
      side: 'guest',
      text: 'How many vCPUs the guest has, and how they sit in sockets, dies, cores and threads.',
      default: '1 vCPU',
      pitfall: 'The product of all levels must be maxcpus.',
    },
    properties: {
      cpus: {
        side: 'guest',
        text: 'How many vCPUs are there at start.',
        default: 'as many as the levels give, or 1',
      },
      maxcpus: {
        side: 'guest',
        text: 'How many vCPUs there can be after hot-plug. They are numbered from 0 to maxcpus-1.',
        default: 'the same as cpus',
        pitfall: 'NUMA nodes must take in all of them, not only those present at start.',
      },
      sockets: {
        side: 'guest',
        text: 'How many processor packages. One per guest NUMA node looks like most real machines.',
        default: 'computed from the rest',
        pitfall: 'Windows client editions use at most two sockets: raise cores instead.',
      },
      dies: {
        side: 'guest',
        text: 'Dies in each socket. The vCPUs of a die share its L3 cache.',
        default: '1',
        since: 'QEMU 4.1',
      },
      clusters: {
        side: 'guest',
        text: 'Groups of cores in each die, for machines such as Arm virt.',
        default: '1',
        since: 'QEMU 7.0',
        pitfall: 'The x86 machines refuse more than one.',
      },
      cores: {
        side: 'guest',
        text: 'Cores in each die, or in each cluster or module if there are any.',
        default: 'computed from the rest',
        pitfall:
          'A bare `-smp 8` is 8 cores in one socket on machine ' +
          'types from 6.2 on, and 8 sockets on older ones.',
      },
      threads: {
        side: 'guest',
        text: 'Hyper-threads of each core. Neighbouring vCPU numbers are siblings.',
        default: '1',
        pitfall:
          'It helps only if siblings are pinned to sibling ' +
          'host CPUs; on AMD the guest needs topoext as well.',
      },
    },
  },
  {
    option: 'cpu',
    itself: {
      side: 'guest',
      text: 'The processor model that the guest sees, with features switched on or off behind it.',
      default: 'qemu64 on x86, which lacks most of what the host can do',
    },
    properties: {
      topoext: {
        side: 'guest',
        text: 'Tells a guest on AMD which vCPUs are hyper-threads of one core.',
        default: 'depends on the model; with `-cpu host` it must be asked for',
        pitfall: 'It exists on AMD only, and does nothing with `threads=1`.',
      },
      'host-phys-bits': {
        side: 'guest',
        text: 'Gives the guest as many physical address bits as the host has.',
        default: 'on for host and max, off for named models, which get 40 bits',
        pitfall: 'With 40 bits (1 TiB) several GPUs with large BARs no longer fit.',
      },
      'phys-bits': {
        side: 'guest',
        text: 'How many physical address bits the guest has; RAM and the BARs of all devices must fit below.',
        default: '40, unless `host-phys-bits=on`',
        pitfall: 'QEMU only warns when this is more than the host has.',
      },
    },
  },
  {
    option: 'cpu',
    type: 'host',
    itself: {
      side: 'both',
      text: 'Shows the guest the processor of the host, with all features that KVM can pass on.',
      pitfall: 'It needs KVM, and a running guest can move only to a host with the same processor.',
    },
  },
];
