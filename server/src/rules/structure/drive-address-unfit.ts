import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { effective } from '../../guest/value.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  devicesOf,
  lacks,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { type Disk, disksOf } from './disks.ts';

/** What of an address has to be 0 on a bus (src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefAddressDrive). */
const ZERO: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  scsi: { bus: 'SCSI controller only supports 1 bus' },
  ide: { controller: 'Only 1 IDE controller is supported', target: 'target must be 0 for ide controller' },
  fdc: {
    controller: 'Only 1 fdc controller is supported',
    bus: 'Only 1 fdc bus is supported',
    target: 'target must be 0 for controller fdc',
  },
  sata: { bus: 'bus must be 0 for sata controller', target: 'target must be 0 for sata controller' },
};

export default defineRule({
  name: 'drive-address-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk is at a place that its controller, or the machine, does not have.',
  explains: ['invalid-value'],
  sources: [
    {
      title: 'libvirt: bus must be 0 for sata controller',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefAddressDrive',
    },
    {
      title: 'libvirt: IDE controllers are unsupported for this QEMU binary or machine type',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefControllerIDE',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of disksOf(context.domain)) {
      const { address } = disk;
      if (address && word(address, 'type') === 'drive') {
        for (const refusal of placesIn(address, context, disk)) tellRefusal(context, refusal);
      }
      const refusal =
        disk.bus === 'ide' ? (withoutIde(context, disk) ?? beyondIde(context, disk)) : undefined;
      if (refusal) tellRefusal(context, refusal);
    }
  },
});

function* placesIn(address: XmlElement, { domain }: LibvirtContext, { bus = '' }: Disk): Generator<Refusal> {
  for (const [name, words] of Object.entries(ZERO[bus] ?? {})) {
    const number = parseLibvirtNumber(word(address, name) ?? '');
    if (!number) continue;
    yield {
      fact: `There is one ${name} of ${bus}, number 0, and this disk is to be at ${name} ${number}`,
      words,
      element: address,
      attribute: name,
      fixes: [removeElement(address, 'Leave the address to libvirt'), writeAttribute(address, name, '0')],
    };
  }
  const target = parseLibvirtNumber(word(address, 'target') ?? '');
  if (bus !== 'scsi' || !target || modelOf(domain, address) !== 'lsilogic') return;
  yield {
    fact: `A controller of the model lsilogic has target 0 only, and this disk is to be at target ${target}`,
    words: "target must be 0 for controller model 'lsilogic'",
    element: address,
    attribute: 'target',
    fixes: [removeElement(address, 'Leave the address to libvirt')],
  };
}

function modelOf(domain: XmlElement, address: XmlElement): string | undefined {
  const index = word(address, 'controller') ?? '0';
  const controller = devicesOf(domain, 'controller').find(
    (each) => word(each, 'type') === 'scsi' && word(each, 'index') === index,
  );
  return word(controller, 'model');
}

/** Only the older PC has IDE. */
function withoutIde({ guest }: LibvirtContext, { target }: Disk): Refusal | undefined {
  const machine = effective(guest.machine.type);
  if (!target || machine?.family !== 'q35') return undefined;
  return {
    fact: `${machine.name} has no IDE`,
    words: 'IDE controllers are unsupported for this QEMU binary or machine type',
    element: target,
    attribute: 'bus',
    fixes: [writeAttribute(target, 'bus', 'sata')],
  };
}

/** Disks of one IDE controller. */
const MOST_IDE = 4;

/** A disk that says no place gets that of its name: hda to hdd are on the first controller, and there is no other. */
function beyondIde({ guest }: LibvirtContext, { element, target, name = '' }: Disk): Refusal | undefined {
  if (effective(guest.machine.type)?.family !== 'i440fx') return undefined;
  const letter = /^[hsv]d([a-z])$/.exec(name)?.[1];
  if (!target || letter === undefined || !lacks(element, 'address')) return undefined;
  if (letter.charCodeAt(0) - 'a'.charCodeAt(0) < MOST_IDE) return undefined;
  return {
    fact: `The names hda to hdd are those of the ${MOST_IDE} disks that IDE has, and ${name} is on another controller`,
    words: 'Only 1 IDE controller is supported',
    element: target,
    attribute: 'dev',
  };
}
