import { type Addresses, DEFAULT_BITS } from '../../../guest/addresses.ts';
import type { MachineType } from '../../../guest/machine.ts';
import type { Processor } from '../../../guest/processor.ts';
import { absent, effective, isKnown, known, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { attribute, child, children, childrenOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { type Bytes, GiB, MiB } from '../../../values/byteSize.ts';
import { type Reader, readDecimal, readSize } from '../values.ts';

/** As QEMU has them where nothing is written (hw/pci-host/q35.c, hw/pci-host/i440fx.c). */
const HOLES = { q35: 32n * GiB, i440fx: 2n * GiB } as const;

/** What of the addresses is written in a domain, and what libvirt and QEMU make of the rest. */
export function lowerAddresses(
  reader: Reader,
  domain: XmlElement,
  machine: Value<MachineType>,
  processor: Processor,
): Addresses {
  const maximum = child(domain, 'maxMemory');
  const nothing = absent<never>(reader.label(domain));
  const passed = argumentsOf(domain);
  return {
    bits: readBits(reader, domain, processor, passed),
    asksHost: nothing,
    mostMemory: readSize(reader.text(maximum, domain), reader.attribute(maximum, 'unit', domain)),
    slots: readDecimal(reader.attribute(maximum, 'slots', domain)),
    hole: readHole(reader, domain, machine, passed),
    strayHole: nothing,
    uefi: readUefi(reader, domain),
    window: readWindow(reader, domain, passed),
  };
}

/** What is handed on to QEMU, where it may say anything of this. */
const argumentsOf = (domain: XmlElement): readonly string[] =>
  childrenOf(children(domain, 'qemu:commandline'), 'qemu:arg')
    .map((argument) => attribute(argument, 'value')?.value?.text)
    .filter((text) => text !== undefined);

/** src/qemu/qemu_command.c: qemuBuildCpuCommandLine. */
function readBits(
  reader: Reader,
  domain: XmlElement,
  { model, accelerators }: Processor,
  passed: readonly string[],
): Addresses['bits'] {
  const cpu = child(domain, 'cpu');
  const place = reader.label(cpu ?? domain);
  const written = cpu && child(cpu, 'maxphysaddr');
  if (passed.some((text) => /phys-bits|^-cpu$/.test(text))) return unknown('not-evaluated', place);
  if (written) {
    if (attribute(written, 'limit')) return unknown('not-evaluated', place);
    const mode = reader.attribute(written, 'mode', written);
    if (isKnown(mode) && mode.value === 'passthrough') return known('host', mode.span);
    const bits = readDecimal(reader.attribute(written, 'bits', written));
    return bits.state === 'absent'
      ? unknown('malformed', reader.label(written), effective(mode) ?? '')
      : bits;
  }
  if (model.state === 'unknown' || !isKnown(accelerators)) return unknown('not-evaluated', place);
  const isHost = isKnown(model) && /^(host|max)$/.test(model.value);
  if (isHost && accelerators.value[0] !== 'tcg') return known('host', model.span);
  return absent(place, DEFAULT_BITS);
}

/** `<pcihole64>` of the root controller; a number without a unit counts KiB. */
function readHole(
  reader: Reader,
  domain: XmlElement,
  machine: Value<MachineType>,
  passed: readonly string[],
): Value<Bytes> {
  const label = reader.label(domain);
  if (passed.some((text) => text.includes('pci-hole64-size'))) return unknown('not-evaluated', label);
  const family = effective(machine)?.family;
  if (family !== 'q35' && family !== 'i440fx') return absent(label);
  for (const controller of childrenOf(children(domain, 'devices'), 'controller')) {
    const hole = child(controller, 'pcihole64');
    if (!hole || !/^pcie?-root$/.test(attribute(controller, 'model')?.value?.text ?? '')) continue;
    return readSize(reader.text(hole, hole), reader.attribute(hole, 'unit', hole));
  }
  return absent(label, HOLES[family]);
}

function readUefi(reader: Reader, domain: XmlElement): Value<boolean> {
  const os = child(domain, 'os');
  const loader = os && child(os, 'loader');
  const firmware = reader.attribute(os, 'firmware', domain);
  if (firmware.state !== 'absent') return mapValue(firmware, (text) => text === 'efi');
  if (!loader) return absent(reader.label(os ?? domain), false);
  const type = reader.attribute(loader, 'type', loader);
  if (isKnown(type) && type.value === 'pflash') return known(true, type.span);
  return mapValue(reader.text(loader, loader), (file) => /ovmf|edk2|uefi|efi/i.test(file));
}

/** Only QEMU's own arguments can say it: libvirt keeps names below opt/ovmf for itself. */
function readWindow(reader: Reader, domain: XmlElement, passed: readonly string[]): Value<Bytes> {
  const label = reader.label(domain);
  const own = passed.find((text) => text.includes('opt/ovmf/X-PciMmio64Mb'));
  if (own === undefined) return absent(label);
  const mebibytes = /(?:^|,)string=(\d{1,8})(,|$)/.exec(own)?.[1];
  return mebibytes === undefined ? unknown('not-evaluated', label) : known(BigInt(mebibytes) * MiB, label);
}
