import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { machineTaken } from '../../guest/machine.ts';
import { child } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';

/** Newer versions have settings for the others too, but not these. */
const OF_INTEL: ReadonlySet<string> = new Set(['intremap', 'caching_mode', 'eim', 'iotlb']);

export default defineRule({
  name: 'virtio-iommu-unfit',
  reads: 'libvirt',
  concerns: ['iommu'],
  topic: 'passthrough',
  severity: 'error',
  summary: 'A virtio IOMMU stands on a machine that has no place for it, or has no ACPI to tell the guest.',
  sources: [
    {
      title: "libvirt: IOMMU device: 'virtio' is only supported with Q35 and ARM Virt machines",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefIOMMU',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain, guest } = context;
    const type = machineTaken(guest.machine);
    const features = child(domain, 'features');
    for (const iommu of devicesOf(domain, 'iommu')) {
      if (word(iommu, 'model') !== 'virtio') continue;
      const driver = child(iommu, 'driver');
      const foreign = driver?.attributes.find(
        ({ name }) => OF_INTEL.has(name.text) && word(driver, name.text) !== undefined,
      );
      if (driver && foreign) {
        tellRefusal(context, {
          fact: `${foreign.name.text}= is a setting of the Intel IOMMU`,
          words: "iommu model 'virtio' doesn't support additional attributes",
          element: driver,
          attribute: foreign.name.text,
          fixes: [removeAttribute(driver, foreign.name.text)],
        });
        continue;
      }
      if (!type) continue;
      if (type.family === 'i440fx') {
        tellRefusal(context, {
          fact: `Only q35 and virt have a place for this IOMMU, and the machine is ${type.name}`,
          words: "IOMMU device: 'virtio' is only supported with Q35 and ARM Virt machines",
          element: iommu,
          attribute: 'model',
          fixes: [removeElement(iommu)],
        });
        continue;
      }
      if (type.family !== 'q35' || mayGainChildren(features ?? domain)) continue;
      if (features && child(features, 'acpi')) continue;
      const acpi = { name: 'acpi' };
      tellRefusal(context, {
        fact: 'The guest learns of this IOMMU by ACPI, and <features> has no <acpi/>',
        words: "IOMMU device: 'virtio' requires ACPI",
        element: iommu,
        attribute: 'model',
        fixes: [
          {
            title: 'Add <acpi/>',
            applicability: 'suggestion',
            changes: [
              features
                ? { op: 'add-element', parent: features, template: acpi }
                : { op: 'add-element', parent: domain, template: { name: 'features', children: [acpi] } },
            ],
          },
          removeElement(iommu),
        ],
      });
    }
  },
});
