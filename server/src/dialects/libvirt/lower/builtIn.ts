import type { MachineType } from '../../../guest/machine.ts';
import type { BuiltIn } from '../../../guest/pci.ts';
import { effective, type Value } from '../../../guest/value.ts';
import { attribute, child } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';

/**
 * Places on the root bus that libvirt keeps free for parts of the machine
 * (src/qemu/qemu_domain_address.c: qemuDomainValidateDevicePCISlotsPIIX3, …Q35). Written controllers that are such
 * a part, the first SATA controller, say, are no conflict with themselves.
 */
export function lowerBuiltIn(
  machine: Value<MachineType>,
  elements: readonly XmlElement[],
  open: boolean,
): readonly BuiltIn[] {
  const part = (name: string, slot: number, fn: number): BuiltIn => ({
    name,
    place: { slot, fn },
    multifunction: true,
  });
  const controllers = (type: string): readonly XmlElement[] =>
    elements.filter(
      (element) => element.name.text === 'controller' && attribute(element, 'type')?.value?.text === type,
    );
  switch (effective(machine)?.family) {
    case 'q35': {
      const sata = !open && controllers('sata').length === 0 ? [part('the SATA controller', 31, 2)] : [];
      return [part('the ISA bridge', 31, 0), part('the SMBus', 31, 3), ...sata];
    }
    case 'i440fx': {
      const usb = !open && controllers('usb').length === 0 ? [part('the USB controller', 1, 2)] : [];
      // One without an address is where the chipset has it.
      const hasIde = controllers('ide').some((controller) => !child(controller, 'address'));
      const ide = hasIde ? [part('the IDE controller', 1, 1)] : [];
      return [part('the ISA bridge', 1, 0), ...ide, part('the power management', 1, 3), ...usb];
    }
    default:
      return [];
  }
}
