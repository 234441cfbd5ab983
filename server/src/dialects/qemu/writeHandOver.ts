import type { Device } from '../../guest/pci.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { formatPciAddress, type PciAddress } from '../../values/pciAddress.ts';
import type { Option } from './option.ts';
import { insertAfter, setProperty } from './places.ts';

/** Passes one more function of a host device: in the slot of the first one, where that has a place with a name. */
export function handOver(text: string, option: Option, beside: Device, host: PciAddress): TextEdit[] {
  const vfio = `vfio-pci,host=${formatPciAddress(host)}`;
  const bus = isKnown(beside.bus.id) ? beside.bus.id.value : undefined;
  const slot = effective(beside.place) ?? (option.find('addr') ? undefined : { slot: 0, fn: 0 });
  const port = beside.bus.target.state === 'found' && beside.bus.target.item.role === 'port';
  const together = bus !== undefined && port && slot?.fn === 0 && host.fn > 0;
  if (!together) return [insertAfter(text, option, ['-device', vfio])];
  const words = ['-device', `${vfio},bus=${bus},addr=${slot.slot.toString(16)}.${host.fn}`];
  const announced = effective(beside.multifunction) === true;
  return [
    ...(announced ? [] : [setProperty(option, 'multifunction', 'on')]),
    insertAfter(text, option, words),
  ];
}
