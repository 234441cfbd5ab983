import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { isOpen } from '../../guest/collection.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { formatPciAddress } from '../../values/pciAddress.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { controllersOf } from './controllers.ts';
import { madeAt } from './madeController.ts';

/** Which controllers each model has room for, below it (src/conf/domain_addr.c: virDomainPCIAddressBusSetModel). */
const ACCEPTS: Readonly<Record<string, readonly string[]>> = {
  'pci-root': ['pci-expander-bus'],
  'pci-bridge': [],
  'pci-expander-bus': [],
  'dmi-to-pci-bridge': [],
  'pcie-to-pci-bridge': [],
  'pcie-root': ['pcie-root-port', 'dmi-to-pci-bridge', 'pcie-to-pci-bridge', 'pcie-expander-bus'],
  'pcie-expander-bus': ['pcie-root-port', 'dmi-to-pci-bridge'],
  'pcie-root-port': ['pcie-switch-upstream-port', 'pcie-to-pci-bridge'],
  'pcie-switch-upstream-port': ['pcie-switch-downstream-port'],
  'pcie-switch-downstream-port': ['pcie-switch-upstream-port', 'pcie-to-pci-bridge'],
};

/** Nothing of a machine without PCI Express has room for these. */
const OF_EXPRESS: ReadonlySet<string> = new Set([
  ...ACCEPTS['pcie-root']!,
  ...ACCEPTS['pcie-root-port']!,
  ...ACCEPTS['pcie-switch-upstream-port']!,
]);

/** These find a place on the root. */
const OF_ROOT: ReadonlySet<string> = new Set(['pcie-root-port', 'dmi-to-pci-bridge']);

const LAST_BUS = 255;

export default defineRule({
  name: 'pci-plug-unfit',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'A PCI controller is plugged into one that has no room for it, or that comes behind it.',
  general: true,
  explains: ['controller-index-missing', 'controller-before-its-bus'],
  sources: [
    {
      title: 'libvirt: PCI controller at index … has bus=…, but index must be larger than bus',
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainAssignPCIAddresses',
    },
    {
      title: 'libvirt: It requires a controller that accepts a …',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressFlagsCompatible',
    },
  ],
  since: '0.1.0',
  check(context) {
    const controllers = controllersOf(context.domain, 'pci');
    if (controllers.length === 0) return;
    const byIndex = new Map(controllers.map((controller) => [indexOf(controller), controller]));
    for (const controller of controllers) {
      const refusal = unfit(context, controller, byIndex);
      if (refusal) tellRefusal(context, refusal);
    }
  },
});

const indexOf = (controller: XmlElement): number | undefined =>
  parseLibvirtNumber(word(controller, 'index') ?? '');

const noneFor = (model: string): string =>
  `a PCI slot is needed to connect a PCI controller model='${model}', but none is available, and it cannot be automatically added`;

function unfit(
  { guest }: LibvirtContext,
  controller: XmlElement,
  byIndex: ReadonlyMap<number | undefined, XmlElement>,
): Refusal | undefined {
  const index = indexOf(controller);
  const model = word(controller, 'model');
  if (model === undefined || !isOne(model)) return undefined;
  if (index !== undefined && index > LAST_BUS) {
    return {
      fact: `Controllers are numbered up to ${LAST_BUS}, as buses are`,
      words: noneFor(model),
      element: controller,
      attribute: 'index',
    };
  }
  const type = effective(guest.machine.type);
  if (type?.family === 'i440fx' && OF_EXPRESS.has(model)) {
    return {
      fact: `A ${model} is of PCI Express, and ${type.name} has none`,
      words: noneFor(model),
      element: controller,
      attribute: 'model',
      fixes: [removeElement(controller)],
    };
  }
  const address = child(controller, 'address');
  if (!address || word(address, 'type') !== 'pci' || index === undefined) return undefined;
  const part = (name: string): number | undefined =>
    attribute(address, name) ? parseLibvirtNumber(word(address, name) ?? '') : 0;
  const [bus, slot, fn] = [part('bus'), part('slot'), part('function')];
  // All zeros are as good as no address.
  if (bus === undefined || slot === undefined || fn === undefined || bus + slot + fn === 0) return undefined;
  const fixes = [removeElement(address, 'Leave the address to libvirt')];
  const below = byIndex.get(bus);
  // Of others that stand before it controller-before-its-bus speaks.
  const isRefused =
    model === 'pci-bridge' || (!below && bus > index && model !== 'pcie-switch-upstream-port');
  if (bus >= index && isRefused) {
    const hex = (number: number): string => `0x${number.toString(16).padStart(2, '0')}`;
    return {
      fact: `Controller ${index} is plugged into controller ${bus}, and each comes behind the one that it is plugged into`,
      words: below
        ? `PCI controller at index ${index} (${hex(index)}) has bus='${hex(bus)}', but index must be larger than bus`
        : noneFor(model),
      element: address,
      attribute: 'bus',
      fixes,
    };
  }
  const made = (): string | undefined =>
    isOpen(guest.pci.buses) ? undefined : madeAt(bus, [...byIndex.keys()], type?.family);
  const parent = below ? word(below, 'model') : made();
  if (
    parent === undefined ||
    model === 'pci-bridge' ||
    !(parent in ACCEPTS) ||
    ACCEPTS[parent]!.includes(model)
  )
    return undefined;
  return {
    fact: `A ${parent} has no room for a ${model}`,
    words:
      `The device at PCI address ${formatPciAddress({ domain: 0, bus, slot, fn })} cannot be plugged into the PCI controller with ` +
      `index='${bus}'. It requires a controller that accepts a ${model}.`,
    element: address,
    attribute: 'bus',
    // Others libvirt would put below a port of a larger index, which does not do either.
    fixes: OF_ROOT.has(model) ? fixes : [],
  };
}

/** One that has a place: the root of the machine has none, and a bridge is plugged in as any PCI device is. */
const isOne = (model: string): boolean =>
  model === 'pci-bridge' || Object.values(ACCEPTS).some((models) => models.includes(model));
