import { atStart, busName, libvirtAddress, placeOn } from '../../guest/plugged.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'root-port-below-port',
  reads: 'guest',
  only: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A root port is plugged into another port.',
  sources: [
    {
      title: 'libvirt: It requires a controller that accepts a pcie-root-port',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressFlagsCompatible',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    for (const bus of guest.pci.buses.items) {
      const { id, target } = bus.parent;
      const place = placeOn(bus);
      if (bus.dialect !== 'libvirt' || bus.model !== 'pcie-root-port' || target.state !== 'found') continue;
      // An index that no controller has becomes one that libvirt makes.
      if (!isKnown(id) || effective(target.item.id) !== id.value || target.item.role !== 'port' || !place)
        continue;
      report({
        message:
          `${atStart(busName(bus))} is a root port, which sits on a root, and is plugged into ${busName(target.item)}, a port: libvirt ` +
          `refuses the domain with "The device at PCI address ${libvirtAddress(target.item, place)} cannot be plugged into the PCI ` +
          `controller with index='${id.value}'. It requires a controller that accepts a pcie-root-port."`,
        at: id.span,
        about: bus,
        fixes: [
          {
            title: 'Let libvirt find a place on the root',
            applicability: 'suggestion',
            changes: [{ op: 'set', entity: bus, field: 'place', to: undefined }],
          },
        ],
      });
    }
  },
});
