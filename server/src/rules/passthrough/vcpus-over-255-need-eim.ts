import { isOpen } from '../../guest/collection.ts';
import { isX86 } from '../../guest/machine.ts';
import { effective, isKnown, placeOf } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

/** With 8 bits, of which one number means all of them. */
const MOST = 255;

export default defineRule({
  name: 'vcpus-over-255-need-eim',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  severityIn: { qemu: 'information' },
  summary: 'More than 255 vCPUs without an IOMMU that can interrupt them all.',
  sources: [
    {
      title: 'libvirt: more than 255 vCPUs require extended interrupt mode',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainVcpuTopology',
    },
    {
      title: "Linux: x2apic: IRQ remapping doesn't support X2APIC mode",
      ref: 'arch/x86/kernel/apic/apic.c: try_to_enable_x2apic',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest } = context;
    const { maxVcpus, vcpus } = guest.topology;
    const count = effective(maxVcpus);
    if (count === undefined || count <= MOST || !isX86(guest.machine)) return;
    // The other machines of x86 take no more than that.
    if (effective(guest.machine.type)?.family !== 'q35' || isOpen(guest.pci.iommus)) return;
    const { items } = guest.pci.iommus;
    if (items.some(({ eim }) => eim.state === 'unknown')) return;
    if (items.some(({ eim }) => isKnown(eim) && eim.value)) return;
    // QEMU switches it on where interrupts are remapped and KVM lets it.
    if (guest.dialect === 'qemu' && items.some(({ intremap }) => effective(intremap) === true)) return;
    const at = isKnown(maxVcpus) ? maxVcpus : vcpus;
    context.report({
      message: messageOf(context, count),
      at: placeOf(at),
      about: guest.topology,
      fixes: fixesFor(context),
    });
  },
});

const messageOf = ({ guest }: GuestContext, count: number): string =>
  guest.dialect === 'libvirt'
    ? `${count} vCPUs are more than the ${MOST} that interrupts can be sent to without help: libvirt refuses the domain with ` +
      `"more than ${MOST} vCPUs require extended interrupt mode enabled on the iommu device".`
    : `${count} vCPUs are more than the ${MOST} that devices can interrupt by themselves. Without an IOMMU that remaps interrupts ` +
      '(intremap=on,eim=on) only guests that know the interface of KVM or Hyper-V for it use the others.';

function fixesFor({ guest }: GuestContext): Fix[] {
  const iommu = guest.pci.iommus.items.find(({ model }) => model === 'intel');
  if (!iommu) return [];
  return [
    {
      title: 'Switch the extended interrupt mode on',
      applicability: 'suggestion',
      changes: [
        { op: 'set', entity: iommu, field: 'intremap', to: true },
        { op: 'set', entity: iommu, field: 'eim', to: true },
      ],
    },
  ];
}
