import { Reader, readNumber } from '../../dialects/libvirt/values.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { isModule, type MemoryDevice, memoryDevices } from './memoryDevices.ts';

export default defineRule({
  name: 'dimm-slot-duplicate',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'error',
  summary: 'A memory module is in a slot that is taken or does not exist.',
  sources: [
    {
      title: 'libvirt: memory device slot is already being used by another memory device',
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainAssignMemoryDeviceSlot; src/conf/domain_postparse.c',
    },
  ],
  since: '0.1.0',
  check(context) {
    const modules = memoryDevices(context).filter(isModule);
    if (modules.length === 0) return;
    const count = slotCount(context);
    const seen = new Map<number, Known<number>>();
    for (const module of modules) {
      const { slot } = module;
      if (!isKnown(slot)) continue;
      const first = seen.get(slot.value);
      if (first) {
        context.report({
          message:
            `Slot ${slot.value} holds another memory module already: libvirt refuses the domain with "memory device ` +
            `slot '${slot.value}' is already being used by another memory device".`,
          at: slot.span,
          about: module.element,
          related: [{ span: first.span, message: 'Taken here.' }],
          fixes: fixesFor(context, module, count),
        });
      } else if (count !== undefined && slot.value >= count) {
        context.report({
          message:
            `There are ${count} slots for memory modules, from 0 on: libvirt refuses the domain with "memory device ` +
            `slot '${slot.value}' exceeds slots count '${count}'".`,
          at: slot.span,
          about: module.element,
          fixes: fixesFor(context, module, count),
        });
      }
      if (!first) seen.set(slot.value, slot);
    }
  },
});

function slotCount({ domain, guest }: LibvirtContext): number | undefined {
  const slots = readNumber(
    new Reader(guest.label.uri).attribute(child(domain, 'maxMemory'), 'slots', domain),
  );
  return effective(slots);
}

function fixesFor(context: LibvirtContext, module: MemoryDevice, count: number | undefined): Fix[] {
  const address = child(module.element, 'address');
  if (!address) return [];
  const used = new Set(memoryDevices(context).flatMap(({ slot }) => effective(slot) ?? []));
  const free = Array.from({ length: count ?? used.size + 1 }, (_, i) => i).find((i) => !used.has(i));
  if (free === undefined) return [];
  return [
    {
      title: `Put it into slot ${free}`,
      applicability: 'suggestion',
      changes: [{ op: 'set-attribute', element: address, name: 'slot', text: String(free) }],
    },
  ];
}
