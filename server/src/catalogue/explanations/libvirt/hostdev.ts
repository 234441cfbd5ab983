import type { LibvirtTopic } from '../explanation.ts';

/** Devices of the host that are handed to the guest. */
export const hostdevTopics: readonly LibvirtTopic[] = [
  {
    path: 'devices/hostdev',
    itself: {
      side: 'both',
      text: 'Hands a device of the host to the guest. With PCI devices all guest RAM is pinned at start.',
      pitfall:
        'Without an `<address>` it gets a new port on the first root, and the guest reads NUMA node -1.',
    },
    attributes: {
      mode: {
        side: 'host',
        text: 'subsystem for a device as such; capabilities is for containers.',
        default: 'subsystem',
      },
      type: {
        side: 'host',
        text: 'What is handed over: pci, usb, scsi, scsi_host, or mdev for a vGPU.',
      },
      managed: {
        side: 'host',
        text: 'yes takes the device from its host driver at start and gives it back at the end.',
        default: 'no: you detach it yourself, with `virsh nodedev-detach`',
        pitfall: 'It unbinds this device only, not the others of its IOMMU group.',
      },
      model: {
        side: 'guest',
        text: 'For mdev devices, the interface they offer: vfio-pci for vGPUs.',
      },
      display: {
        side: 'guest',
        text: 'Whether the screen of a vGPU appears in the graphics of the guest.',
        default: 'off',
        since: 'libvirt 4.6.0',
        pitfall: 'It needs a `<graphics>` element.',
      },
    },
  },
  {
    path: 'hostdev/driver',
    attributes: {
      name: {
        side: 'host',
        text: 'The host driver that lends out the device: vfio in practice.',
        default: 'vfio',
        pitfall: 'The old kvm backend is long gone from kernels.',
      },
      model: {
        side: 'host',
        text: 'The kernel module to bind instead of vfio-pci, for devices with a VFIO driver of their own.',
        default: 'chosen by libvirt',
      },
    },
  },
  {
    path: 'hostdev/source',
    itself: {
      side: 'host',
      text: 'Which device of the host it is, named by the `<address>` inside.',
      pitfall:
        'Attributes such as `host="01:00.0"` are not read: ' +
        'libvirt then silently takes device 0000:00:00.0.',
    },
  },
  {
    path: 'source/address',
    itself: {
      side: 'host',
      text: 'Where the device is on the host. The `<address>` outside `<source>` is its place in the guest.',
      pitfall: 'PCI addresses of a host can change when hardware is added or moved.',
    },
    attributes: {
      type: {
        side: 'host',
        text: 'Which kind of address; pci where the surrounding element does not say it.',
      },
      domain: {
        side: 'host',
        text: 'The PCI domain on the host, the first part of what `lspci -D` prints.',
        default: '0x0000',
      },
      bus: {
        side: 'host',
        text: 'For PCI the bus number on the host, as in `lspci`. This one is a real bus number.',
        pitfall: '`lspci` prints hexadecimal without 0x: 41:00.0 is `bus="0x41"`.',
      },
      slot: {
        side: 'host',
        text: 'The slot on the host, the part between colon and dot in `lspci`.',
        pitfall: 'It is hexadecimal in `lspci`, so keep the 0x in front.',
      },
      function: {
        side: 'host',
        text: 'The function on the host, the part after the dot in `lspci`.',
        pitfall:
          'A GPU often has its audio and USB in further functions; each needs a `<hostdev>` of its own.',
      },
      uuid: {
        side: 'host',
        text: 'The mediated device, such as a vGPU, by the name it has in `/sys/bus/mdev/devices`.',
        pitfall: 'It is on the NUMA node of its parent device.',
      },
    },
  },
  {
    path: 'hostdev/rom',
    itself: { side: 'guest', text: 'What the guest gets to see of the ROM of the card.' },
    attributes: {
      bar: {
        side: 'guest',
        text: 'Whether the ROM is visible. Off helps where it is broken or slow to read.',
        default: 'on',
      },
      file: {
        side: 'host',
        text: 'A ROM image to show in place of the one on the card, often for the GPU the host booted with.',
        pitfall: 'The path must be absolute and readable for QEMU; AppArmor is a usual obstacle.',
      },
      enabled: {
        side: 'guest',
        text: 'no leaves out the ROM altogether.',
        default: 'yes',
        since: 'libvirt 4.3.0',
        pitfall: 'With `enabled="no"` the attributes bar and file are refused.',
      },
    },
  },
];
