import type { Variant } from '../../dialects/document.ts';
import { affinityOf } from '../../guest/queries.ts';
import { placementFixes } from '../../rules/affinity/placement.ts';
import { touches } from '../../text/span.ts';
import { type Place, type Proposal, proposeChanges } from './refactoring.ts';

/**
 * Puts a PCI device that belongs to no guest node below a root bus that carries one: an expander with the node, a
 * port and the address. A rule asks for it where the device is a GPU or passed through; any other may have it too.
 */
export function placeNearNode(place: Place<Variant>): Proposal[] {
  const { guest } = place.variant;
  const device = guest.pci.devices.items.find(
    // What libvirt adds by itself stands nowhere, and has only the name of the list that it would stand in.
    (each) => each.role !== 'other' && each.span !== each.label && touches(each.span, place.range),
  );
  if (!device || affinityOf(device) !== 'none') return [];
  return placementFixes(guest, device).flatMap(({ title, changes }) =>
    proposeChanges(place, title, 'nothing', changes),
  );
}
