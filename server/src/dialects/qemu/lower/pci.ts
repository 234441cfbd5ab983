import {
  busRoleOf,
  canonicalDriver,
  isDisplay,
  isOffPci,
  isPassthrough,
  isPciEndpoint,
} from '../../../catalogue/pciDrivers.ts';
import { type Found, isOpen } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { Machine } from '../../../guest/machine.ts';
import type { BusRole, Device, DeviceRole, Pci, PciBus } from '../../../guest/pci.ts';
import { absent, effective, isKnown, isUnknown, known, mapValue, type Value } from '../../../guest/value.ts';
import type { Span } from '../../../text/span.ts';
import { type CommandLine, mergedValue, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { lowerBuiltIn } from './builtIn.ts';
import { lowerParts } from './deviceParts.ts';
import { lowerIommus, lowerIrqchip } from './iommu.ts';
import { readHostAddress, readMediated, readPlace } from './pciPlaces.ts';
import { readBoolean, readNumber } from './read.ts';
import { Slots } from './slots.ts';
import { labelOf, type Sources } from './sources.ts';

const ROOT_BUS = { q35: 'pcie.0', virt: 'pcie.0', i440fx: 'pci.0', other: undefined } as const;

/** Older ways to ask for a device on the root bus; some of them stand among the -device options, some before. */
const ALSO_DEVICES = ['virtfs', 'watchdog', 'soundhw', 'audio', 'balloon', 'virtioconsole'];

/**
 * -device options in the order in which QEMU makes them: the key=value ones, then the JSON ones
 * (softmmu/vl.c: qemu_create_cli_devices).
 */
export function creationOrder(line: Pick<CommandLine, 'options' | 'named'>): readonly Option[] {
  const devices = optionsNamed(line, 'device');
  if (!devices.some((option) => option.json)) return devices;
  return [...devices.filter((option) => !option.json), ...devices.filter((option) => option.json)];
}

export function lowerPci(line: CommandLine, machine: Machine, sources: Sources): Pci {
  const builtIn = lowerBuiltIn(line, machine);
  const certain = !isOpen(builtIn) && optionsNamed(line, ...ALSO_DEVICES).length === 0;
  const rootSlots = new Slots(
    builtIn.items.map((item) => item.place),
    certain,
  );
  const plugs = new Plugs(line, machine, sources, rootSlots);
  for (const option of creationOrder(line)) plugs.add(option);
  const { buses, devices, openedBy } = plugs;
  return {
    buses: { items: buses, openedBy },
    devices: { items: devices, openedBy },
    builtIn,
    cxl: readBoolean(mergedValue(line, ['machine', 'M'], 'cxl')),
    iommus: lowerIommus(line, sources),
    irqchip: lowerIrqchip(line, machine),
  };
}

/** Plugs one -device after the other, as QEMU does. */
class Plugs {
  readonly buses: PciBus[] = [];
  readonly devices: Device[] = [];
  readonly openedBy: Span[];
  readonly #sources: Sources;
  readonly #slots = new Map<PciBus, Slots>();
  readonly #byId = new Map<string, PciBus>();
  #hasUnknownId = false;
  readonly #drivesMakeDevices: boolean;
  /** QEMU searches an unnamed bus from the newest PCI host on, so an expander takes over from the root. */
  #implicit: PciBus | undefined;

  constructor(line: CommandLine, machine: Machine, sources: Sources, rootSlots: Slots) {
    this.#sources = sources;
    this.openedBy = [...line.openedBy];
    this.#drivesMakeDevices = optionsNamed(line, 'drive').some((drive) => !isNotVirtio(drive.value('if')));
    const root = rootBus(machine);
    if (root) {
      this.#make(root, rootSlots);
      this.#implicit = root;
    } else if (!hasNoPci(line, machine)) {
      this.openedBy.push(machine.span);
    }
  }

  add(option: Option): void {
    const driver = mapValue(option.head, canonicalDriver);
    // Devices of -drive if=virtio come behind the key=value ones and before those in JSON.
    if (isUnknown(driver) || (option.json && this.#drivesMakeDevices)) this.#loseAll();
    if (isUnknown(driver)) this.openedBy.push(driver.span);
    if (!isKnown(driver)) return;
    const busRole = busRoleOf(driver.value);
    if (busRole) this.#addBus(option, driver.value, busRole);
    else this.#addDevice(option, driver);
  }

  #addBus(option: Option, model: string, role: BusRole): void {
    const parent = this.#referTo(option);
    const bus: PciBus = {
      kind: 'pci-bus',
      dialect: 'qemu',
      role,
      model,
      span: option.span,
      label: labelOf(option),
      id: option.value('id'),
      parent,
      place: this.#place(option, parent),
      multifunction: readBoolean(option.value('multifunction')),
      node: mapNode(readNumber(option.value('numa_node'))),
      busNr: numberOrZero(option, 'bus_nr'),
      chassis: numberOrZero(option, role === 'port' ? 'chassis' : 'chassis_nr'),
      slotNumber: numberOrZero(option, 'slot'),
    };
    this.#make(bus, new Slots());
    this.#sources.set(bus, option);
    if (role === 'expander') this.#implicit = bus;
  }

  #make(bus: PciBus, slots: Slots): void {
    this.buses.push(bus);
    this.#slots.set(bus, slots);
    if (isUnknown(bus.id)) this.#hasUnknownId = true;
    // Of two with the same id QEMU finds the first.
    if (isKnown(bus.id) && !this.#byId.has(bus.id.value)) this.#byId.set(bus.id.value, bus);
  }

  #find(id: string): Found<PciBus> {
    const item = this.#byId.get(id);
    if (item) return { state: 'found', item };
    return { state: this.openedBy.length > 0 || this.#hasUnknownId ? 'unknown' : 'absent' };
  }

  #addDevice(option: Option, driver: Value<string> & { state: 'known' }): void {
    const role = deviceRole(driver.value);
    const bus: Reference<PciBus> =
      role === 'other' ? { id: option.value('bus'), target: { state: 'unknown' } } : this.#referTo(option);
    if (role === 'other' && !isOffPci(driver.value)) this.#loseAll();
    const mediated = role === 'passthrough' ? readMediated(option) : undefined;
    const device: Device = {
      kind: 'device',
      dialect: 'qemu',
      role,
      span: option.span,
      label: labelOf(option),
      driver,
      id: option.value('id'),
      bus,
      place: role === 'other' ? absent(option.span) : this.#place(option, bus),
      multifunction: readBoolean(option.value('multifunction')),
      hostAddress: readHostAddress(option),
      ...(mediated ? { mediated } : {}),
      ...lowerParts(option, role),
    };
    this.devices.push(device);
    this.#sources.set(device, option);
  }

  #referTo(option: Option): Reference<PciBus> {
    const id = option.value('bus');
    if (isKnown(id)) {
      return { id, target: this.#find(id.value) };
    }
    if (id.state === 'unknown' || !this.#implicit) return { id, target: { state: 'unknown' } };
    return {
      id: absent(option.span, effective(this.#implicit.id)),
      target: { state: 'found', item: this.#implicit },
    };
  }

  #place(option: Option, bus: Reference<PciBus>): Device['place'] {
    const written = readPlace(option);
    const slots = bus.target.state === 'found' ? this.#slots.get(bus.target.item) : undefined;
    if (!slots) {
      // It may take a place on any bus that there is.
      if (bus.target.state === 'unknown') this.#loseAll();
      return written;
    }
    if (isKnown(written)) slots.take(written.value);
    else if (isUnknown(written)) slots.lose();
    return written.state === 'absent' ? absent(option.span, slots.next()) : written;
  }

  #loseAll(): void {
    for (const slots of this.#slots.values()) slots.lose();
  }
}

function rootBus(machine: Machine): PciBus | undefined {
  const type = effective(machine.type);
  const id = type && ROOT_BUS[type.family];
  if (!type || !id) return undefined;
  const nothing = absent<never>(machine.span);
  return {
    kind: 'pci-bus',
    dialect: 'qemu',
    role: 'root',
    model: id === 'pci.0' ? 'pci' : 'pcie',
    span: machine.span,
    label: machine.span,
    id: known(id, machine.span),
    parent: { id: nothing, target: { state: 'absent' } },
    place: nothing,
    multifunction: nothing,
    node: nothing,
    busNr: nothing,
    chassis: nothing,
    slotNumber: nothing,
  };
}

/** The microvm has PCI only where it is asked for (hw/i386/microvm.c). */
function hasNoPci(line: CommandLine, machine: Machine): boolean {
  if (effective(machine.type)?.name !== 'microvm') return false;
  const pcie = mergedValue(line, ['machine', 'M'], 'pcie');
  return pcie.state === 'absent' || effective(readBoolean(pcie)) === false;
}

function numberOrZero(option: Option, key: string): Value<number> {
  const value = readNumber(option.value(key));
  return value.state === 'absent' ? absent(value.owner, 0) : value;
}

/** QEMU's word for no node (include/sysemu/numa.h: NUMA_NODE_UNASSIGNED). */
const UNASSIGNED = 128;

const mapNode = (node: Value<number>): Value<number> =>
  isKnown(node) && node.value === UNASSIGNED ? absent(node.span) : node;

const isNotVirtio = (value: Value<string>): boolean =>
  value.state === 'absent' || (isKnown(value) && value.value !== 'virtio');

function deviceRole(driver: string): DeviceRole {
  if (isPassthrough(driver)) return 'passthrough';
  if (isDisplay(driver)) return 'display';
  return isPciEndpoint(driver) ? 'endpoint' : 'other';
}
