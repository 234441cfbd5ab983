import type { Device } from '../../../guest/pci.ts';
import { absent, mapValue, type Value } from '../../../guest/value.ts';
import type { Option } from '../option.ts';
import { readBoolean } from './read.ts';

/** A number or, since 10.0, a word. */
const BAR: Readonly<Record<string, boolean>> = { '0': false, off: false, '1': true, on: true };

const SHOWN: Readonly<Record<string, boolean>> = { on: true, off: false };

const orFalse = (value: Value<boolean>): Value<boolean> =>
  value.state === 'absent' ? absent(value.owner, false) : value;

/** What a -device says beside its place (hw/pci/pci.c: pci_props, hw/vfio/pci.c: vfio_pci_dev_properties). */
export function lowerParts(option: Option, role: Device['role']): Pick<Device, 'rom' | 'screen' | 'iommufd'> {
  const rom = {
    bar: mapValue(option.value('rombar'), (text) => BAR[text]),
    file: option.value('romfile'),
  };
  if (role !== 'passthrough') return { rom };
  const shown = mapValue(option.value('display'), (text) => SHOWN[text]);
  return {
    rom,
    // QEMU shows it by whatever display it has, if only on a console of its own.
    screen: {
      shown: orFalse(shown),
      ramfb: orFalse(readBoolean(option.value('ramfb'))),
      viewed: undefined,
    },
    iommufd: mapValue(option.value('iommufd'), () => true),
  };
}
