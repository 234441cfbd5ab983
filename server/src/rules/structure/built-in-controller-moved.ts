import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

/** Controllers of the machine itself, which have their place. */
interface BuiltIn {
  readonly family: 'i440fx' | 'q35';
  readonly type: string;
  /** The one that libvirt takes where none is written stands first. */
  readonly models: readonly string[];
  readonly name: string;
  readonly slot: number;
  readonly fn: number;
}

const BUILT_IN: readonly BuiltIn[] = [
  {
    family: 'i440fx',
    type: 'ide',
    models: ['piix3', 'piix4', 'ich6'],
    name: 'Primary IDE controller',
    slot: 1,
    fn: 1,
  },
  {
    family: 'i440fx',
    type: 'usb',
    models: ['piix3-uhci'],
    name: 'PIIX3 USB controller at index 0',
    slot: 1,
    fn: 2,
  },
  { family: 'q35', type: 'sata', models: [], name: 'Primary SATA controller', slot: 0x1f, fn: 2 },
];

export default defineRule({
  name: 'built-in-controller-moved',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'A controller that is part of the machine is put into another place.',
  explains: ['pci-address-conflict', 'function-without-function0'],
  sources: [
    {
      title: 'libvirt: Primary IDE controller must have PCI address 0:0:1.1',
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainValidateDevicePCISlotsPIIX3, …Q35',
    },
  ],
  since: '0.1.0',
  check(context) {
    const family = effective(context.guest.machine.type)?.family;
    if (family !== 'i440fx' && family !== 'q35') return;
    for (const controller of devicesOf(context.domain, 'controller')) {
      const builtIn = BUILT_IN.find((each) => each.family === family && isThis(controller, each));
      const address = child(controller, 'address');
      if (!builtIn || !address || word(address, 'type') !== 'pci') continue;
      const [domain, bus, slot, fn] = ['domain', 'bus', 'slot', 'function'].map((name) =>
        attribute(address, name) ? parseLibvirtNumber(word(address, name) ?? '') : 0,
      );
      if ([domain, bus, slot, fn].includes(undefined)) continue;
      // libvirt chooses a place for an address that says none, whatever its function.
      if (domain === 0 && bus === 0 && slot === 0) continue;
      if (domain === 0 && bus === 0 && slot === builtIn.slot && fn === builtIn.fn) continue;
      const place = `0:0:${builtIn.slot.toString(16)}.${builtIn.fn}`;
      tellRefusal(context, {
        fact: `This controller is part of the machine and sits at ${place}`,
        words: `${builtIn.name} must have PCI address ${place}`,
        element: address,
        fixes: [removeElement(address, 'Leave the address to libvirt')],
      });
    }
  },
});

function isThis(controller: XmlElement, { type, models }: BuiltIn): boolean {
  const index = attribute(controller, 'index');
  // Without a type it is one for IDE, the first of libvirt's list.
  const written = attribute(controller, 'type') ? word(controller, 'type') : 'ide';
  if (written !== type || (index && parseLibvirtNumber(index.value?.text ?? '') !== 0)) return false;
  return attribute(controller, 'model') ? models.includes(word(controller, 'model') ?? '') : true;
}
