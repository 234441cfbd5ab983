import type { Mediated, SlotFunction } from '../../../guest/pci.ts';
import { isKnown, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { type PciAddress, parsePciAddress } from '../../../values/pciAddress.ts';
import type { Option } from '../option.ts';

/**
 * `addr=` is hexadecimal with or without 0x: `1d`, `0x2.1`; an integer in JSON is slot * 8 + function
 * (hw/core/qdev-properties-system.c: set_pci_devfn).
 */
export function readPlace(option: Option): Value<SlotFunction> {
  // The host's own network card behind a virtio one is plugged in later, when the guest asks for it.
  const later = option.find('failover_pair_id');
  if (later) return unknown('not-evaluated', later.span);
  const written = option.value('addr');
  if (isKnown(written) && option.find('addr')?.form === 'json-scalar') {
    const devfn = Number(written.value);
    if (devfn >= 0 && devfn < 256) return { ...written, value: { slot: devfn >> 3, fn: devfn & 7 } };
    return unknown('not-evaluated', written.span);
  }
  return mapValue(written, (text) => {
    const match = /^(?:0x)?([0-9a-f]{1,2})(?:\.(?:0x)?([0-7]))?$/i.exec(text);
    const slot = Number.parseInt(match?.[1] ?? '', 16);
    return slot < 32 ? { slot, fn: Number(match?.[2] ?? 0) } : undefined;
  });
}

const SYSFS = /^\/sys\/bus\/pci\/devices\/([^/]+)\/*$/;

/** The folder of a mediated device: below that of the device that it is a part of, or among all of its kind. */
const MEDIATED =
  /^\/sys\/(?:bus\/mdev\/devices|class\/mdev_bus\/([^/]+)|bus\/pci\/devices\/([^/]+)|devices\/(?:.+\/)?([^/]+))\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/*$/i;

/** Undefined for anything else than a mediated device. */
export function readMediated(option: Option): Value<Mediated> | undefined {
  const folder = option.value('sysfsdev');
  const match = isKnown(folder) ? MEDIATED.exec(folder.value) : undefined;
  if (!match) return undefined;
  const [, inClass, onBus, inTree, uuid = ''] = match;
  return mapValue(folder, () => ({ uuid, parent: parsePciAddress(inClass ?? onBus ?? inTree ?? '') }));
}

/** The host device of vfio-pci, named by `host=` or its sysfs folder. An mdev or an open file has no address of its own. */
export function readHostAddress(option: Option): Value<PciAddress> {
  const host = option.value('host');
  if (host.state !== 'absent') return mapValue(host, parsePciAddress);
  const folder = option.value('sysfsdev');
  const address = isKnown(folder) ? parsePciAddress(SYSFS.exec(folder.value)?.[1] ?? '') : undefined;
  if (address) return mapValue(folder, () => address);
  const other = option.find('sysfsdev') ?? option.find('fd');
  return other ? unknown('not-evaluated', other.span) : mapValue(host, parsePciAddress);
}
