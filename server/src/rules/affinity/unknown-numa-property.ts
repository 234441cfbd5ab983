import { busRoleOf, canonicalDriver, isPciEndpoint } from '../../catalogue/pciDrivers.ts';
import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { placementFixes } from './placement.ts';

/** What people write in the hope of an affinity. */
const HOPES = new Set(['numa', 'numa_node', 'numa-node', 'numanode', 'node']);

/** The one PCI endpoint with such a property: memory that belongs to a node. */
const HAS_NODE = new Set(['virtio-mem-pci']);

export default defineRule({
  name: 'unknown-numa-property',
  reads: 'qemu',
  topic: 'affinity',
  severity: 'error',
  summary: 'A PCI device is given a NUMA property, which only root buses have.',
  explains: ['global-unfit', 'gpu-no-guest-affinity', 'endpoint-on-pcie0', 'virtio-gpu-affinity-meaningless'],
  sources: [
    { title: 'QEMU: Property not found', ref: 'qom/object.c: object_property_find_err' },
    {
      title: 'QEMU: numa_node of an expander',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_dev_realize_common',
    },
  ],
  since: '0.1.0',
  check(context) {
    const devices = optionsNamed(context.line, 'device');
    for (const option of devices) {
      if (!option.text.properties.some(({ key }) => HOPES.has(key))) continue;
      const driver = driverOf(option);
      if (driver === undefined) continue;
      for (const property of option.properties) {
        if (isHope(driver, property.key)) report(context, option, property, driver, property.key);
      }
    }
    const globals = optionsNamed(context.line, 'global');
    if (globals.length === 0) return;
    // These reach the property of every device of a driver.
    const drivers = new Set(devices.map(driverOf));
    for (const option of globals) {
      const property = option.properties.find(({ key }) => key.includes('.'));
      const [driver = '', key = ''] = property?.key.split('.') ?? [];
      if (property && drivers.has(driver) && isHope(driver, key))
        report(context, option, property, driver, key);
    }
  },
});

const driverOf = ({ head }: Option): string | undefined =>
  isKnown(head) ? canonicalDriver(head.value) : undefined;

function isHope(driver: string, key: string): boolean {
  if (!HOPES.has(key)) return false;
  if (busRoleOf(driver) === 'expander') return key !== 'numa_node';
  return (isPciEndpoint(driver) && !HAS_NODE.has(driver)) || busRoleOf(driver) !== undefined;
}

function report(context: QemuContext, option: Option, property: Property, driver: string, key: string): void {
  const device = context.guest.pci.devices.items.find((item) => context.sources.get(item) === option);
  context.report({
    message:
      `${driver} has no property ${key}: QEMU stops with "Property '${driver}.${key}' not found". ` +
      'The guest node of a PCI device is that of the root bus above it.',
    at: property.span,
    about: device ?? option,
    fixes: fixesFor(context, option, property, driver),
  });
}

function fixesFor(
  { guest, sources }: QemuContext,
  option: Option,
  property: Property,
  driver: string,
): Fix[] {
  const remove: Change = { op: 'remove-property', option, property };
  if (option.name === 'global') {
    return [
      { title: 'Remove the option', applicability: 'suggestion', changes: [{ op: 'remove-option', option }] },
    ];
  }
  if (busRoleOf(driver) === 'expander') {
    return [
      {
        title: 'Call it numa_node',
        applicability: 'safe',
        changes: [{ op: 'rename-property', option, property, key: 'numa_node' }],
      },
    ];
  }
  const device = guest.pci.devices.items.find((item) => sources.get(item) === option);
  const wanted = isKnown(property.value) ? Number(property.value.value) : undefined;
  const placements = device ? placementFixes(guest, device, wanted) : [];
  return [
    ...placements.map((fix) => ({ ...fix, changes: [remove, ...fix.changes] })),
    { title: `Remove ${property.key}`, applicability: 'suggestion', changes: [remove] },
  ];
}
