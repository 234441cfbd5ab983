import type { Change } from '../../../dialects/change.ts';
import { numatuneOf } from '../../../dialects/libvirt/numatune.ts';
import { mayGainChildren } from '../../../dialects/libvirt/templates.ts';
import { complete } from '../../../guest/collection.ts';
import { nodeId } from '../../../guest/queries.ts';
import { attribute } from '../../../syntax/xml/query.ts';
import { touches } from '../../../text/span.ts';
import { type LibvirtPlace, type Proposal, proposeChanges } from '../refactoring.ts';

/** Binds each cell by a `<memnode>` of its own to where `<memory>` binds all of them, so that they can be told apart. */
export function addMemnodes(place: LibvirtPlace): Proposal[] {
  const { domain, guest } = place.variant;
  const { element, memory, memnodes, placement } = numatuneOf(domain);
  if (!element || !memory || placement !== 'static' || mayGainChildren(element)) return [];
  if (!touches(element, place.range)) return [];
  const ids = complete(guest.nodes)?.map(nodeId) ?? [];
  const bound = memnodes.map((memnode) => attribute(memnode, 'cellid')?.value?.text.trim());
  const nodeset = attribute(memory, 'nodeset')?.value?.text;
  if (nodeset === undefined || ids.includes(undefined) || bound.some((id) => !/^\d+$/.test(id ?? '')))
    return [];
  const missing = ids.filter((id) => !bound.includes(String(id)));
  if (missing.length === 0) return [];
  const mode = attribute(memory, 'mode')?.value?.text;
  const changes = missing.map(
    (id): Change => ({
      op: 'add-element',
      parent: element,
      template: {
        name: 'memnode',
        attributes: { cellid: String(id), ...(mode === undefined ? {} : { mode }), nodeset },
      },
    }),
  );
  const cells = missing.length === 1 ? `cell ${missing[0]}` : `each of ${missing.length} cells`;
  return proposeChanges(place, `Add a <memnode> for ${cells}`, 'guest', changes);
}
