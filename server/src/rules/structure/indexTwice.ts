import type { PciBus } from '../../guest/pci.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { GuestContext } from '../define.ts';

/** In XML the index of a controller is the bus in the addresses of devices, so no two may share one. */
export function reportIndexTwice({ guest, report }: GuestContext): void {
  const { items } = guest.pci.buses;
  const first = new Map<string, PciBus>();
  for (const bus of items) {
    if (!isKnown(bus.id)) continue;
    const index = bus.id.value;
    const earlier = first.get(index);
    if (!earlier) {
      first.set(index, bus);
      continue;
    }
    // Of several on index 0 only the machine's own may stay, and of those of another model another rule speaks.
    if (index === '0' && (bus.role !== 'root' || earlier.role !== 'root')) continue;
    const used = items.map((each) => Number(effective(each.id)));
    const free = Math.max(...used.filter((number) => !Number.isNaN(number))) + 1;
    report({
      message: `Two controllers have index ${index}: libvirt refuses the domain with "Multiple 'pci' controllers with index '${index}'".`,
      at: bus.id.span,
      about: bus,
      related: [{ span: isKnown(earlier.id) ? earlier.id.span : earlier.label, message: 'The first one.' }],
      fixes: [
        index === '0'
          ? {
              title: 'Remove the second one',
              applicability: 'suggestion',
              changes: [{ op: 'remove', entity: bus }],
            }
          : {
              title: `Give this one index ${free}`,
              applicability: 'suggestion',
              changes: [{ op: 'replace', value: bus.id, text: String(free) }],
            },
      ],
    });
  }
}
