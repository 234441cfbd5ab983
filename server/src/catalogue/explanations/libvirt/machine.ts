import type { LibvirtTopic } from '../explanation.ts';

/** The machine and the processors that the guest sees. */
export const machineTopics: readonly LibvirtTopic[] = [
  {
    path: 'os/type',
    itself: {
      side: 'guest',
      text:
        'Which kind of machine the guest is made for. hvm is ' +
        'a complete one, and the right word for QEMU and KVM.',
      pitfall: 'Without this element libvirt refuses the domain.',
    },
    attributes: {
      arch: { side: 'guest', text: 'The processor architecture of the guest, such as x86_64 or aarch64.' },
      machine: {
        side: 'guest',
        text: 'The chipset: q35 has PCI Express, pc has only PCI.',
        default: 'pc on x86',
        pitfall:
          'libvirt replaces a bare q35 by the newest version when the domain is defined, and then keeps it.',
      },
    },
  },
  {
    path: 'domain/cpu',
    itself: {
      side: 'guest',
      text: 'The processor the guest sees: its model, its topology and the guest NUMA nodes.',
      pitfall:
        'Of two `<cpu>` elements only the first counts, except for `<numa>`, which is taken from either.',
    },
    attributes: {
      mode: {
        side: 'both',
        text:
          'host-passthrough shows the host processor as it is, host-model ' +
          'the nearest model that can migrate, custom the named one.',
        default: 'custom',
        pitfall: 'With host-passthrough a running guest can move only to a host with the same processor.',
      },
      check: {
        side: 'host',
        text: 'How strictly libvirt checks at start that the host can give the processor asked for.',
        since: 'libvirt 3.2.0',
        pitfall: 'With host-passthrough there is nothing to check: leave it out.',
      },
      migratable: {
        side: 'guest',
        text: 'Whether host-passthrough leaves out features that would block migration.',
        since: 'libvirt 6.5.0',
      },
    },
  },
  {
    path: 'cpu/topology',
    itself: {
      side: 'guest',
      text: 'How the vCPUs sit in sockets, dies, cores and threads.',
      pitfall: 'The product must be the number in `<vcpu>`, or the guest does not start.',
    },
    attributes: {
      sockets: {
        side: 'guest',
        text: 'How many processor packages. One per guest NUMA node looks like most real machines.',
        pitfall: 'Windows client editions use at most two: raise cores instead.',
      },
      dies: {
        side: 'guest',
        text: 'How many dies each socket has. The vCPUs of one die share an L3 cache.',
        default: '1',
      },
      clusters: {
        side: 'guest',
        text: 'How many groups of cores each die has, for machines such as Arm virt.',
        default: '1',
        pitfall: 'x86 guests refuse more than one.',
      },
      cores: { side: 'guest', text: 'How many cores each die or cluster has.' },
      threads: {
        side: 'guest',
        text: 'How many hyper-threads each core has. Neighbouring vCPU numbers are siblings.',
        pitfall:
          'Pin siblings to sibling host CPUs; on AMD add `<feature policy="require" name="topoext"/>`.',
      },
    },
  },
  {
    path: 'cpu/maxphysaddr',
    itself: {
      side: 'guest',
      text: 'How many physical address bits the guest has. RAM and the BARs of all devices must fit below.',
      since: 'libvirt 8.7.0',
    },
    attributes: {
      mode: {
        side: 'both',
        text: 'passthrough gives the bits of the host, emulate the number in `bits=`.',
        pitfall: 'Named models get 40 bits by default (1 TiB), too few for several GPUs with large BARs.',
      },
    },
  },
  {
    path: 'qemu:commandline',
    itself: {
      side: 'both',
      text: 'Arguments handed to QEMU as they are, after those that libvirt makes.',
      pitfall:
        'Without `xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"` ' +
        'on `<domain>` they are dropped.',
    },
  },
  {
    path: 'qemu:commandline/qemu:arg',
    itself: {
      side: 'both',
      text: 'One argument. An option and its value are two elements.',
      pitfall: 'libvirt knows nothing of devices added here: neither their addresses nor their permissions.',
    },
  },
];
