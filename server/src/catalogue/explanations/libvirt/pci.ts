import type { LibvirtTopic } from '../explanation.ts';

/** Buses and places of PCI devices in the guest. */
export const pciTopics: readonly LibvirtTopic[] = [
  {
    path: 'devices/controller',
    itself: {
      side: 'guest',
      text: 'A controller of the guest: a PCI bus or bridge, or one for disks, USB or serial ports.',
      pitfall:
        'PCI controllers that addresses ask for and that ' +
        'are missing are added by libvirt, without affinity.',
    },
    attributes: {
      type: {
        side: 'guest',
        text: 'What kind of devices it carries: pci, scsi, usb, virtio-serial and so on.',
      },
      index: {
        side: 'guest',
        text: 'The number that addresses use for it, in `bus=` for PCI and in `controller=` for disks.',
        default: 'the lowest free one of its type',
        pitfall: 'It is not the bus number that the guest sees; on an expander that is busNr.',
      },
      model: {
        side: 'guest',
        text:
          'Which controller. Among the PCI ones, pcie-expander-bus is a second ' +
          'root with a guest NUMA node, pcie-root-port a slot for one device.',
        pitfall: 'pcie-expander-bus needs q35, pci-expander-bus the pc machine, and both carry only bridges.',
      },
    },
  },
  {
    path: 'controller/target',
    itself: {
      side: 'guest',
      text: 'What the guest sees of a PCI controller: numbers, hot-plug, NUMA node.',
    },
    attributes: {
      busNr: {
        side: 'guest',
        text:
          'The number of the first bus below an expander, 1 ' +
          'to 254. Every bridge under it takes the next one.',
        default: '254, the second expander 252',
        pitfall:
          'At 254 there is room for one root port; devices behind further ones are missing in the guest.',
      },
      chassis: {
        side: 'guest',
        text: 'The chassis number that a root port shows the guest.',
        default: 'chosen by libvirt',
        pitfall: 'Equal numbers pass define, and then the start fails.',
      },
      port: {
        side: 'guest',
        text: 'The port number that a root port shows the guest. It is only a label.',
        default: 'chosen by libvirt',
      },
      hotplug: {
        side: 'guest',
        text: 'Whether devices can be exchanged here while the guest runs.',
        default: 'on',
        since: 'libvirt 6.3.0',
      },
    },
  },
  {
    path: 'controller/target/node',
    itself: {
      side: 'guest',
      text:
        'The guest NUMA node of everything below an expander. ' +
        'Choose the cell whose memory is on the host node of the GPU.',
      default: 'none: the guest reads -1',
      pitfall: 'This is a guest cell, not a host node, and only expanders may have it.',
    },
  },
  {
    path: 'controller/pcihole64',
    itself: {
      side: 'guest',
      text: 'How much 64-bit address space the PCI root keeps for BARs of devices. Large GPUs need more.',
      unit: 'KiB, unless `unit=` says otherwise',
      default: '32 GiB on q35, 2 GiB on pc',
      pitfall: 'With 40-bit processor models a hole of 1 TiB is refused: raise the address bits as well.',
    },
  },
  {
    path: 'address',
    itself: {
      side: 'guest',
      text: 'The place of the device in the guest.',
      default: 'chosen by libvirt',
    },
    attributes: {
      type: {
        side: 'guest',
        text: 'Which kind of place: pci, drive (on a disk controller), usb and so on.',
      },
      domain: {
        side: 'guest',
        text: 'The PCI domain. QEMU guests have only domain 0.',
        default: '0x0000',
      },
      bus: {
        side: 'guest',
        text: 'In a PCI address the index of the `<controller>` that the device plugs into.',
        pitfall: 'It is not a bus number: `bus="0xfe"` makes libvirt add 253 root ports.',
      },
      slot: {
        side: 'guest',
        text: 'The slot on that bus, 0 to 31. In a root port there is only slot 0.',
        pitfall: 'A leading zero makes the number octal: 010 is 8.',
      },
      function: {
        side: 'guest',
        text: 'The function within the slot, 0 to 7.',
        pitfall: 'Functions above 0 stay invisible to the guest while function 0 is missing.',
      },
      multifunction: {
        side: 'guest',
        text: 'Says on function 0 that more functions follow. libvirt switches it on itself where needed.',
        default: 'off',
        pitfall: 'A written "off" is kept, and then the further functions are not found.',
      },
    },
  },
];
