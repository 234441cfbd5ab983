import {
  busRoleOf,
  canonicalDriver,
  isDisplay,
  isPassthrough,
  isPciEndpoint,
} from '../../../catalogue/pciDrivers.ts';
import { type Collection, type Found, findById } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { Machine } from '../../../guest/machine.ts';
import type { Device, DeviceRole, Pci, PciBus, SlotFunction } from '../../../guest/pci.ts';
import { absent, effective, isKnown, isUnknown, known, mapValue, type Value } from '../../../guest/value.ts';
import { parsePciAddress } from '../../../values/pciAddress.ts';
import type { CommandLine } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { readNumber } from './read.ts';
import { labelOf, type Sources } from './sources.ts';

const ROOT_BUS = { q35: 'pcie.0', virt: 'pcie.0', i440fx: 'pci.0', other: undefined } as const;

/**
 * -device options in the order in which QEMU makes them: the key=value ones, then the JSON ones
 * (softmmu/vl.c: qemu_create_cli_devices).
 */
export function creationOrder(line: Pick<CommandLine, 'options'>): readonly Option[] {
  const devices = line.options.filter((option) => option.name === 'device');
  return [...devices.filter((option) => !option.json), ...devices.filter((option) => option.json)];
}

function rootBus(machine: Machine): PciBus | undefined {
  const type = effective(machine.type);
  const id = type && ROOT_BUS[type.family];
  if (!type || !id) return undefined;
  const nothing = absent<never>(machine.span);
  return {
    kind: 'pci-bus',
    role: 'root',
    model: id === 'pci.0' ? 'pci' : 'pcie',
    span: machine.span,
    label: machine.span,
    id: known(id, machine.span),
    parent: { id: nothing, target: { state: 'absent' } },
    node: nothing,
    busNr: nothing,
    chassis: nothing,
  };
}

function resolve(
  bus: Value<string>,
  buses: readonly PciBus[],
  open: Collection<PciBus>['openedBy'],
): Found<PciBus> {
  if (!isKnown(bus)) return { state: bus.state === 'absent' ? 'absent' : 'unknown' };
  return findById({ items: buses, openedBy: open }, bus.value);
}

export function lowerPci(line: CommandLine, machine: Machine, sources: Sources): Pci {
  const root = rootBus(machine);
  const buses: PciBus[] = root ? [root] : [];
  const devices: Device[] = [];
  const openedBy = root ? [...line.openedBy] : [...line.openedBy, machine.span];
  // QEMU searches an unnamed bus from the newest PCI host on, so an expander takes over from the root.
  let implicit: PciBus | undefined = root;

  for (const option of creationOrder(line)) {
    const driver = mapValue(option.head, canonicalDriver);
    if (isUnknown(driver)) openedBy.push(driver.span);
    if (!isKnown(driver)) continue;
    const role = busRoleOf(driver.value);
    const written = option.value('bus');
    const bus: Reference<PciBus> =
      written.state === 'absent'
        ? (implicit && {
            id: absent(option.span, effective(implicit.id)),
            target: { state: 'found', item: implicit },
          }) || { id: written, target: { state: 'unknown' } }
        : { id: written, target: resolve(written, buses, openedBy) };
    if (role !== undefined) {
      const item: PciBus = {
        kind: 'pci-bus',
        role,
        model: driver.value,
        span: option.span,
        label: labelOf(option),
        id: option.value('id'),
        parent: bus,
        node: readNumber(option.value('numa_node')),
        busNr: readNumber(option.value('bus_nr')),
        chassis: readNumber(option.value(role === 'port' ? 'chassis' : 'chassis_nr')),
      };
      buses.push(item);
      sources.set(item, option);
      if (role === 'expander') implicit = item;
      continue;
    }
    const device: Device = {
      kind: 'device',
      role: deviceRole(driver.value),
      span: option.span,
      label: labelOf(option),
      driver,
      id: option.value('id'),
      bus,
      place: readPlace(option),
      hostAddress: mapValue(option.value('host'), parsePciAddress),
    };
    devices.push(device);
    sources.set(device, option);
  }
  return { buses: { items: buses, openedBy }, devices: { items: devices, openedBy } };
}

/**
 * `addr=` is hexadecimal with or without 0x: `1d`, `0x2.1`; an integer in JSON is slot * 8 + function
 * (hw/core/qdev-properties-system.c: set_pci_devfn).
 */
function readPlace(option: Option): Value<SlotFunction> {
  const integer = option.find('addr')?.form === 'json-scalar';
  return mapValue(option.value('addr'), (text) => {
    if (integer) return { slot: Number(text) >> 3, fn: Number(text) & 7 };
    const match = /^(?:0x)?([0-9a-f]{1,2})(?:\.(?:0x)?([0-7]))?$/i.exec(text);
    return match ? { slot: Number.parseInt(match[1]!, 16), fn: Number(match[2] ?? 0) } : undefined;
  });
}

function deviceRole(driver: string): DeviceRole {
  if (isPassthrough(driver)) return 'passthrough';
  if (isDisplay(driver)) return 'display';
  return isPciEndpoint(driver) ? 'endpoint' : 'other';
}
