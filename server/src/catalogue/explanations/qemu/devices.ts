import type { QemuTopic } from '../explanation.ts';

/** Devices of the guest that have to do with graphics, address translation and memory. */
export const deviceTopics: readonly QemuTopic[] = [
  {
    option: 'device',
    type: 'virtio-gpu-pci|virtio-gpu-gl-pci',
    itself: {
      side: 'guest',
      text: 'A paravirtual display adapter without VGA. It keeps its pictures in guest RAM.',
      pitfall: 'The default VGA adapter stays beside it unless you add `-vga none`.',
    },
    properties: {
      max_outputs: { side: 'guest', text: 'How many screens the adapter offers.', default: '1' },
    },
  },
  {
    option: 'device',
    type: 'virtio-vga|virtio-vga-gl',
    itself: {
      side: 'guest',
      text: 'virtio-gpu that is also a VGA adapter, so that firmware and boot loader can draw on it.',
    },
    properties: {
      max_outputs: {
        side: 'guest',
        text: 'How many screens the guest can use once its driver runs.',
        default: '1',
      },
    },
  },
  {
    option: 'device',
    type: 'qxl|qxl-vga',
    itself: {
      side: 'guest',
      text: 'A 2D adapter made for SPICE. qxl-vga is the first screen, each qxl adds one.',
    },
    properties: {
      vgamem_mb: {
        side: 'guest',
        text: 'Memory of the frame buffer; it limits the resolution.',
        unit: 'MiB',
        default: '16',
      },
      ram_size: {
        side: 'guest',
        text: 'The first memory BAR: commands and the frame buffer.',
        unit: 'bytes',
        default: '64 MiB',
      },
      vram_size: {
        side: 'guest',
        text: 'The second memory BAR: surfaces that the guest draws off screen.',
        unit: 'bytes',
        default: '64 MiB',
      },
    },
  },
  {
    option: 'device',
    type: 'intel-iommu',
    itself: {
      side: 'guest',
      text: 'A virtual IOMMU for the guest, needed for nested passthrough and for more than 255 vCPUs.',
      pitfall:
        'Devices passed through need `caching-mode=on`, and each one counts guest RAM as locked again.',
    },
    properties: {
      intremap: {
        side: 'guest',
        text: 'Interrupt remapping.',
        default: 'auto',
        pitfall: 'Switched on, it requires `-machine kernel-irqchip=split`.',
      },
      'caching-mode': {
        side: 'guest',
        text: 'Makes the guest announce every new mapping, so that QEMU can repeat it for real devices.',
        default: 'off',
        pitfall: 'Without it QEMU refuses to combine the IOMMU with vfio-pci.',
      },
      'aw-bits': {
        side: 'guest',
        text: 'The width of addresses that devices of the guest can use: 39 or 48.',
        unit: 'bits',
        default: '48; 39 in QEMU 7.2',
        pitfall: 'With vfio-pci it must not exceed what the host IOMMU can do.',
      },
    },
  },
  {
    option: 'device',
    type: 'pc-dimm|nvdimm',
    itself: {
      side: 'guest',
      text: 'A memory module on top of `-m`. It needs `maxmem=` and a free slot.',
    },
    properties: {
      memdev: { side: 'host', text: 'The id of the backend that is the memory of this module.' },
      node: {
        side: 'guest',
        text: 'The guest NUMA node of the module.',
        default: '0',
        pitfall: 'Bind its backend to the same host node as the rest of that guest node.',
      },
      addr: {
        side: 'guest',
        text: 'The guest physical address of the module, not a PCI address.',
        default: '0 (chosen by QEMU)',
      },
    },
  },
  {
    option: 'device',
    type: 'virtio-mem-pci',
    itself: {
      side: 'guest',
      text: 'Memory that can grow and shrink in small steps while the guest runs.',
    },
    properties: {
      memdev: { side: 'host', text: 'The id of the backend; its size is the most that can be given.' },
      node: { side: 'guest', text: 'The guest NUMA node that grows and shrinks.', default: '0' },
      'requested-size': {
        side: 'guest',
        text: 'How much of the backend the guest shall use now.',
        unit: 'bytes',
        default: '0',
      },
    },
  },
  {
    option: 'object',
    type: 'acpi-generic-initiator',
    itself: {
      side: 'guest',
      text:
        'Ties a PCI device to a guest node that has neither ' +
        'vCPUs nor memory, as GPUs with own memory nodes want.',
      since: 'QEMU 9.0',
      pitfall: 'It does not give the device a numa_node in the guest; that takes a pxb-pcie.',
    },
    properties: {
      'pci-dev': { side: 'guest', text: 'The id of the device.' },
      node: { side: 'guest', text: 'The guest node that is set aside for it.' },
    },
  },
];
