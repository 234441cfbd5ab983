import { type Addresses, DEFAULT_BITS } from '../../../guest/addresses.ts';
import type { Machine } from '../../../guest/machine.ts';
import type { Processor } from '../../../guest/processor.ts';
import {
  absent,
  effective,
  isKnown,
  known,
  mapValue,
  placeOf,
  unknown,
  type Value,
} from '../../../guest/value.ts';
import { type Bytes, GiB, MiB } from '../../../values/byteSize.ts';
import { type CommandLine, mergedValue, optionsNamed } from '../commandLine.ts';
import { readBytes, readNumber } from './read.ts';

/** Host bridges with a window for 64-bit regions, and its size (hw/pci-host/q35.c, hw/pci-host/i440fx.c). */
const BRIDGES = {
  q35: { driver: 'q35-pcihost', hole: 32n * GiB },
  i440fx: { driver: 'i440FX-pcihost', hole: 2n * GiB },
} as const;

/** Models of 32 bits, which have fewer. */
const NARROW = /^(486|pentium\d?|qemu32|kvm32|coreduo|n270|athlon)(-v\d)?$/;

export const lowerAddresses = (line: CommandLine, machine: Machine, processor: Processor): Addresses => ({
  bits: readBits(line, processor),
  asksHost: readHostBits(line, processor),
  mostMemory: readBytes(mergedValue(line, ['m'], 'maxmem')),
  slots: readNumber(mergedValue(line, ['m'], 'slots')),
  hole: readHole(line, machine),
  strayHole: readStrayHole(line, machine),
  uefi: readUefi(line),
  window: readWindow(line),
});

const readHostBits = (line: CommandLine, { features }: Processor): Value<boolean> =>
  features.items.findLast(({ name }) => name === 'host-phys-bits')?.on ?? absent(line.command);

/** The host's own models have its bits with KVM; other programs than QEMU's own builds have other defaults. */
function readBits(line: CommandLine, processor: Processor): Addresses['bits'] {
  const option = optionsNamed(line, 'cpu').at(-1);
  const { model, accelerators } = processor;
  const accelerator = effective(accelerators)?.[0];
  const asked = readHostBits(line, processor);
  const gap = [model, asked].find((value) => value.state === 'unknown');
  const place = option?.span ?? line.command;
  const isOpen = option ? option.open : line.openedBy.length > 0;
  if (gap || isOpen || accelerator === undefined) return unknown('not-evaluated', place);
  const isHost = isKnown(asked) ? asked.value : isKnown(model) && /^(host|max)$/.test(model.value);
  if (isHost && accelerator !== 'tcg') {
    const limit = option?.find('host-phys-bits-limit');
    return limit
      ? unknown('not-evaluated', limit.span)
      : known('host', isKnown(asked) ? asked.span : placeOf(model));
  }
  const written = option && readNumber(option.value('phys-bits'));
  if (written && written.state !== 'absent' && effective(written) !== 0) return written;
  const isOther = line.binary === 'qemu-kvm' || (isKnown(model) && NARROW.test(model.value));
  return isOther ? unknown('not-evaluated', place) : absent(place, DEFAULT_BITS);
}

function readHole(line: CommandLine, { type }: Machine): Value<Bytes> {
  const family = effective(type)?.family;
  if (line.openedBy[0]) return unknown('not-evaluated', line.openedBy[0]);
  if (family !== 'q35' && family !== 'i440fx') return absent(line.command);
  const { driver, hole } = BRIDGES[family];
  const written = globalHole(line, driver);
  return written.state === 'absent' ? absent(line.command, hole) : written;
}

function readStrayHole(line: CommandLine, { type }: Machine): Value<Bytes> {
  const family = effective(type)?.family;
  if (family === 'q35') return globalHole(line, BRIDGES.i440fx.driver);
  return family === 'i440fx' ? globalHole(line, BRIDGES.q35.driver) : absent(line.command);
}

/** `-global q35-pcihost.pci-hole64-size=1T`, or the same in three properties. */
function globalHole(line: CommandLine, driver: string): Value<Bytes> {
  for (const option of optionsNamed(line, 'global').toReversed()) {
    const short = option.value(`${driver}.pci-hole64-size`);
    if (short.state !== 'absent') return readBytes(short);
    const named = option.says('driver') === driver;
    if (named && option.says('property') === 'pci-hole64-size') {
      return readBytes(option.value('value'));
    }
  }
  return absent(line.command);
}

/** Flash memory of a PC is there for OVMF alone; a -bios tells by its name. */
function readUefi(line: CommandLine): Value<boolean> {
  const drive = optionsNamed(line, 'drive').find((option) => option.says('if') === 'pflash');
  const machine = optionsNamed(line, 'machine', 'M').find((option) => option.find('pflash0'));
  const flash = optionsNamed(line, 'pflash')[0] ?? drive ?? machine;
  if (flash) return known(true, flash.span);
  const bios = optionsNamed(line, 'bios').at(-1);
  if (bios) return mapValue(bios.plain, (file) => /ovmf|edk2|uefi|efi/i.test(file));
  return line.openedBy[0] ? unknown('not-evaluated', line.openedBy[0]) : absent(line.command, false);
}

const WINDOW = 'opt/ovmf/X-PciMmio64Mb';

/** `-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536`, in MiB. */
function readWindow(line: CommandLine): Value<Bytes> {
  const options = optionsNamed(line, 'fw_cfg');
  const own = options.find((option) => option.says('name') === WINDOW);
  if (own) return mapValue(own.value('string'), parseWindow);
  const gap = options.find((option) => option.open)?.span ?? line.openedBy[0];
  return gap ? unknown('not-evaluated', gap) : absent(line.command);
}

/** @returns undefined for what OVMF ignores: more than 16 TiB, or no number. */
export function parseWindow(text: string): Bytes | undefined {
  if (!/^\s*\d{1,8}\s*$/.test(text)) return undefined;
  const mebibytes = BigInt(text.trim());
  return mebibytes <= 0x1000000n ? mebibytes * MiB : undefined;
}
