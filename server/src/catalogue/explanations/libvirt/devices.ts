import type { LibvirtTopic } from '../explanation.ts';

/** Devices of the guest that have to do with graphics, memory and address translation. */
export const deviceTopics: readonly LibvirtTopic[] = [
  {
    path: 'video/model',
    itself: { side: 'guest', text: 'A display adapter that QEMU provides.' },
    attributes: {
      type: {
        side: 'guest',
        text:
          'Which adapter: virtio for modern guests, vga or ' +
          'bochs as plain frame buffers, none for no adapter.',
        pitfall:
          'With a `<graphics>` and no `<video>` libvirt adds ' +
          'an adapter: `type="none"` leaves a passed GPU alone.',
      },
      ram: {
        side: 'guest',
        text: 'The first memory BAR of qxl: commands and the frame buffer.',
        unit: 'KiB',
        default: '65536',
        pitfall: 'Models other than qxl refuse it.',
      },
      vram: {
        side: 'guest',
        text: 'Video memory; on qxl the second memory BAR. Rounded up to a power of two.',
        unit: 'KiB',
        pitfall: 'virtio accepts it and does nothing with it.',
      },
      vgamem: {
        side: 'guest',
        text: 'The frame buffer that qxl uses while it behaves as plain VGA.',
        unit: 'KiB',
        default: '16384',
        since: 'libvirt 1.2.11',
        pitfall: 'Only qxl takes it, and it must be a power of two.',
      },
      heads: { side: 'guest', text: 'How many screens the adapter offers.', default: '1' },
      primary: {
        side: 'guest',
        text: 'Which of several adapters firmware draws on.',
        default: 'the first one',
      },
    },
  },
  {
    path: 'devices/memory',
    itself: {
      side: 'guest',
      text: 'A memory module on top of the cells, which can be plugged in while the guest runs.',
      pitfall: 'It needs `<maxMemory slots="…">`, a NUMA cell, and for dimm also `<features><acpi/>`.',
    },
    attributes: {
      model: {
        side: 'guest',
        text:
          'dimm and nvdimm look like modules, virtio-mem ' +
          'grows and shrinks, virtio-pmem is a file as memory.',
        pitfall:
          'Outside `<devices>` such an element is ignored, or ' +
          'taken for the RAM of the guest if it stands first.',
      },
      access: {
        side: 'host',
        text: 'Whether other processes may map the memory of this module.',
        default: 'as in `<memoryBacking><access>`',
        since: 'libvirt 3.2.0',
      },
    },
  },
  {
    path: 'memory/target/size',
    itself: {
      side: 'guest',
      text: 'How big the module is; for virtio-mem the most it can become.',
      unit: 'KiB, unless `unit=` says otherwise',
    },
  },
  {
    path: 'memory/target/node',
    itself: {
      side: 'guest',
      text: 'The guest cell that the module belongs to.',
      pitfall: 'It has to stand inside `<target>`; elsewhere it is ignored.',
    },
  },
  {
    path: 'memory/source/nodemask',
    itself: {
      side: 'host',
      text: 'The host NUMA nodes that hold the memory of this module.',
      default: 'what `<numatune>` says',
      pitfall: 'These are host nodes, while `<target><node>` is a guest cell.',
    },
  },
  {
    path: 'memory/source/pagesize',
    itself: {
      side: 'host',
      text: 'The size of the host pages for this module.',
      unit: 'KiB, unless `unit=` says otherwise',
      default: 'as in `<memoryBacking>`',
    },
  },
  {
    path: 'devices/memballoon',
    attributes: {
      model: {
        side: 'guest',
        text: 'The device through which the host asks the guest for memory back; none for no such device.',
        default: 'virtio: libvirt adds one if you write nothing',
        pitfall: 'Beside passed-through PCI devices it has no effect, since their guest RAM is pinned.',
      },
    },
  },
  {
    path: 'devices/iommu',
    attributes: {
      model: {
        side: 'guest',
        text:
          'A virtual IOMMU for the guest, for nested passthrough ' +
          'or more than 255 vCPUs: intel, amd, virtio, smmuv3.',
      },
    },
  },
  {
    path: 'iommu/driver',
    attributes: {
      caching_mode: {
        side: 'guest',
        text: 'Makes the guest announce every new mapping, so that QEMU can repeat it for real devices.',
        since: 'libvirt 3.4.0',
        pitfall: 'The Intel model needs it as soon as a `<hostdev>` of type pci is present.',
      },
      intremap: {
        side: 'guest',
        text: 'Interrupt remapping.',
        since: 'libvirt 3.4.0',
        pitfall: 'It requires `<features><ioapic driver="qemu"/>`.',
      },
    },
  },
];
