import type { QemuTopic } from '../explanation.ts';

/** Buses and places of PCI devices in the guest, and devices of the host that are put there. */
export const pciTopics: readonly QemuTopic[] = [
  {
    option: 'device',
    itself: {
      side: 'guest',
      text: 'Adds a device to the guest. Options are read in order, so its bus must stand before it.',
      pitfall: 'No PCI device has a NUMA property: its node is that of the pxb or pxb-pcie it hangs below.',
    },
    properties: {
      id: {
        side: 'guest',
        text: 'The name of the device; for a bridge also of the bus that `bus=` refers to.',
      },
      bus: {
        side: 'guest',
        text: 'The id of the bus or bridge into which the device is plugged.',
        default: 'the first bus that fits',
        pitfall:
          'Once a pxb exists, later PCI devices without `bus=` ' +
          'go to the newest pxb: write `bus=pcie.0` on them.',
      },
      addr: {
        side: 'guest',
        text: 'Slot and function on that bus, as slot.function.',
        default: 'the first free slot',
        pitfall: 'The slot is hexadecimal: `addr=10` is slot 16.',
      },
      multifunction: {
        side: 'guest',
        text: 'Says on function 0 of a slot that more functions follow.',
        default: 'off',
        pitfall: 'Functions above 0 stay invisible to the guest while function 0 is missing.',
      },
      rombar: {
        side: 'guest',
        text: 'Whether the guest sees the option ROM of the device.',
        default: 'on',
      },
      romfile: {
        side: 'host',
        text: 'A file that takes the place of the option ROM; empty for none.',
      },
    },
  },
  {
    option: 'device',
    type: 'pxb-pcie',
    itself: {
      side: 'guest',
      text: 'A second PCI Express root on q35. It is how the guest learns which node a device is near to.',
      pitfall: 'Only bridges plug into it: put a pcie-root-port below, and the GPU into that.',
    },
  },
  {
    option: 'device',
    type: 'pxb',
    itself: {
      side: 'guest',
      text: 'A second PCI root on the pc (i440fx) machine, with a guest NUMA node of its own.',
      pitfall: 'On q35 use pxb-pcie instead.',
    },
  },
  {
    option: 'device',
    type: 'pxb|pxb-pcie|pxb-cxl',
    properties: {
      bus_nr: {
        side: 'guest',
        text: 'The number of the first bus below. Every bridge under it takes one of the next numbers.',
        default: '0, which is not usable',
        pitfall: 'Too close to 256 or to the next pxb, devices are missing in the guest without a message.',
      },
      numa_node: {
        side: 'guest',
        text:
          'The guest NUMA node of everything below. Choose ' +
          'the one whose memory is on the host node of the GPU.',
        default: 'none: the guest reads -1',
        pitfall: 'This is a guest node; a number that `-numa` does not declare is refused.',
      },
      id: { side: 'guest', text: 'The name that root ports below give as their `bus=`.' },
      bus: {
        side: 'guest',
        text: 'The root bus that it extends: `pcie.0` on q35, `pci.0` on pc.',
        pitfall: 'Write it on every pxb, or the second one is plugged into the first and refused.',
      },
    },
  },
  {
    option: 'device',
    type: 'pcie-root-port',
    itself: {
      side: 'guest',
      text: 'A PCI Express slot for one device, which can be plugged and unplugged while the guest runs.',
      pitfall: 'It holds a single device, in slot 0; another one needs another port.',
    },
    properties: {
      chassis: {
        side: 'guest',
        text: 'The chassis that the slot belongs to. Give each port a number of its own.',
        default: '0',
        pitfall: 'Two ports with equal chassis and slot are refused: "Can\'t add chassis slot, error -16".',
      },
      slot: {
        side: 'guest',
        text: 'The slot number that the guest shows to people, unique within its chassis.',
        default: '0',
        pitfall: 'It is not the place on the bus; that is `addr=`.',
      },
      port: {
        side: 'guest',
        text: 'The port number that the guest reads in the link registers. It is only a label.',
        default: '0',
      },
      id: { side: 'guest', text: 'The name that the device in this port gives as its `bus=`.' },
      bus: {
        side: 'guest',
        text: 'Where the port sits: `pcie.0`, or a pxb-pcie for a guest NUMA node.',
        default: '`pcie.0`, or the newest pxb-pcie if there is one',
      },
      multifunction: {
        side: 'guest',
        text: 'On the port at function 0, lets up to eight ports share one slot of the root bus.',
        default: 'off',
      },
      hotplug: {
        side: 'guest',
        text: 'Whether the device in the port can be exchanged while the guest runs.',
        default: 'on',
      },
      'pref64-reserve': {
        side: 'guest',
        text: 'Asks firmware to keep 64-bit address space free below the port for a device plugged in later.',
        unit: 'bytes',
        default: 'left to the firmware',
        pitfall: 'A GPU with large BARs cannot be hot-plugged into a port without such space.',
      },
    },
  },
  {
    option: 'device',
    type: 'vfio-pci|vfio-pci-nohotplug',
    itself: {
      side: 'both',
      text: 'Hands a real PCI device of the host to the guest. All guest RAM is pinned at start.',
      pitfall: 'All else in its IOMMU group, bridges apart, must be bound to vfio-pci or to no driver.',
    },
    properties: {
      host: {
        side: 'host',
        text: 'The address of the device on the host as `lspci -D` shows it. The domain may be left out.',
        pitfall: 'It can change when hardware is added or moved.',
      },
      sysfsdev: {
        side: 'host',
        text: 'The device by its path in /sys instead of its address; the way to name a vGPU (mdev).',
        pitfall: 'An mdev is on the NUMA node of its parent device.',
      },
      iommufd: {
        side: 'host',
        text: 'The id of an iommufd object, the newer kernel interface for passing devices through.',
        default: 'none: the VFIO container',
        since: 'QEMU 9.0',
        pitfall: 'Mixed with devices that do not use it, pinned memory is counted twice.',
      },
      'x-vga': {
        side: 'guest',
        text: 'Routes the legacy VGA addresses to this GPU, for guests that boot with SeaBIOS.',
        default: 'off',
        pitfall: 'UEFI guests do not need it, and a GPU that is no VGA controller is refused with it.',
      },
      rombar: {
        side: 'guest',
        text: 'Whether the guest sees the ROM of the card. Off helps where it is broken or slow to read.',
        default: 'on',
      },
      romfile: {
        side: 'host',
        text: 'A ROM image to use in place of the one on the card, often for the GPU the host booted with.',
        pitfall: 'QEMU must be able to read the file; permissions and AppArmor are the usual obstacle.',
      },
      multifunction: {
        side: 'guest',
        text: 'On function 0, lets other functions of the card, such as its audio, sit in the same slot.',
        default: 'off',
      },
      bus: {
        side: 'guest',
        text: 'The port that the device is plugged into; a port below a pxb-pcie gives it a guest node.',
        default: 'the first bus that fits',
        pitfall: 'Directly on `pcie.0` the guest reads NUMA node -1 for the device.',
      },
      addr: {
        side: 'guest',
        text: 'The place in the guest, free to differ from the one on the host. In a root port always 00.0.',
        default: 'the first free slot',
        pitfall: 'It is a guest address; the one on the host is `host=`.',
      },
      'x-nv-gpudirect-clique': {
        side: 'guest',
        text: 'Tells the NVIDIA driver that GPUs with the same number, 0 to 15, reach each other directly.',
        default: 'none',
      },
    },
  },
];
