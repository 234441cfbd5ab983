/** How many ports a USB controller has by itself (src/conf/domain_addr.c: virDomainUSBAddressControllerModelToPorts). */
export const USB_PORTS: Readonly<Record<string, number>> = {
  'piix3-uhci': 2,
  'piix4-uhci': 2,
  'vt82c686b-uhci': 2,
  'ich9-uhci1': 2,
  'ich9-uhci2': 2,
  'ich9-uhci3': 2,
  'pci-ohci': 3,
  ehci: 6,
  'ich9-ehci1': 6,
  'nec-xhci': 4,
  'qemu-xhci': 4,
};

/** Controllers that take `ports=`, and how many at most. */
export const XHCI = new Set(['nec-xhci', 'qemu-xhci']);
export const MOST_XHCI_PORTS = 15;

/** Ports of a hub as QEMU emulates it. */
export const HUB_PORTS = 8;
