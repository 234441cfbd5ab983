import type { QemuCatalogue } from '../../../catalogue/qemu.ts';
import type { CommandLine } from '../../../dialects/qemu/commandLine.ts';
import type { Guest } from '../../../guest/guest.ts';
import type { PciBus } from '../../../guest/pci.ts';
import { devicesOn } from '../../../guest/queries.ts';
import { effective, isKnown } from '../../../guest/value.ts';
import { typeOf } from './facts.ts';
import type { Named } from './references.ts';

/** Controllers that make a bus of another kind than PCI, and what follows their id in its name. */
const CONTROLLERS: Readonly<
  Record<string, { readonly drivers: RegExp; readonly buses: readonly number[]; readonly slots: number }>
> = {
  'usb-bus': { drivers: /xhci|ehci|uhci|ohci/, buses: [0], slots: 15 },
  'virtio-serial-bus': { drivers: /^virtio-serial/, buses: [0], slots: 31 },
  HDA: { drivers: /intel-hda$/, buses: [0], slots: 15 },
  IDE: { drivers: /ahci$/, buses: [0, 1, 2, 3, 4, 5], slots: 1 },
  SCSI: {
    drivers: /^virtio-scsi|^vhost-(user-)?scsi|^lsi|^megasas|^mptsas|^pvscsi|^am53|^dc390/,
    buses: [0],
    slots: 255,
  },
};

/** Slots of a bus that is no port: of 32, some have to stay empty. */
const SLOTS = 31;

/** Drivers that make a bus below an expander; anything else would not be seen there. */
const BELOW_EXPANDER =
  /^(pcie-root-port|ioh3420|cxl-rp|x3130-upstream|i82801b11-bridge|pci-bridge|pcie-pci-bridge)$/;

/**
 * The buses that a device can be plugged into and that have a free slot.
 * @param driver of the device, if it is known
 */
export function freeBuses(
  catalogue: QemuCatalogue | undefined,
  line: CommandLine,
  guest: Guest,
  driver: string | undefined,
): readonly Named[] {
  const kind = (driver === undefined ? undefined : catalogue?.device(driver)?.bus) ?? 'PCI';
  if (kind === 'PCI') return guest.pci.buses.items.flatMap((bus) => pciBus(guest, bus, driver));
  const known = Object.hasOwn(CONTROLLERS, kind) ? CONTROLLERS[kind] : undefined;
  if (!known) return [];
  return line.options.flatMap((option) => {
    const type = option.name === 'device' ? typeOf(option) : undefined;
    const id = option.value('id');
    if (type === undefined || !known.drivers.test(type) || !isKnown(id)) return [];
    return known.buses.flatMap((number) => {
      const name = `${id.value}.${number}`;
      const taken = line.options.filter((other) => {
        const bus = other.value('bus');
        return isKnown(bus) && bus.value === name;
      }).length;
      return taken < known.slots ? [{ id: name, detail: `bus of ${type}`, used: taken > 0 }] : [];
    });
  });
}

function pciBus(guest: Guest, bus: PciBus, driver: string | undefined): Named[] {
  const id = effective(bus.id);
  if (id === undefined || bus.dialect !== 'qemu') return [];
  if (bus.role === 'expander' && driver !== undefined && !BELOW_EXPANDER.test(driver)) return [];
  // An expander is a root itself, and sits on the machine's own.
  if (driver !== undefined && /^pxb/.test(driver) && bus.role !== 'root') return [];
  const below = guest.pci.buses.items.filter(
    ({ parent }) => parent.target.state === 'found' && parent.target.item === bus,
  );
  const taken = devicesOn(guest, bus).length + below.length;
  if (taken >= (bus.role === 'port' ? 1 : SLOTS)) return [];
  const node = isKnown(bus.node) ? `, guest node ${bus.node.value}` : '';
  const free = bus.role === 'port' ? 'free' : taken === 0 ? 'empty' : `${taken} in use`;
  return [{ id, detail: `${bus.model}${node} · ${free}`, used: bus.role === 'root' }];
}
