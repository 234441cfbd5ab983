import type { MachineFamily } from '../../guest/machine.ts';

/**
 * The model of the PCI controller that libvirt makes where an index has none (src/qemu/qemu_domain_address.c:
 * qemuDomainPCIAddressSetCreate). Of indexes above all that are written q35 has what the first device there needs.
 * @param written the indexes of the controllers that are written; undefined is one that is not known
 * @returns undefined where that is not known
 */
export function madeAt(
  index: number,
  written: readonly (number | undefined)[],
  family: MachineFamily | undefined,
): 'pcie-root-port' | 'pci-bridge' | undefined {
  if (index === 0 || written.includes(undefined) || written.includes(index)) return undefined;
  if (family === 'i440fx') return 'pci-bridge';
  return family === 'q35' && written.some((other) => other! > index) ? 'pcie-root-port' : undefined;
}
