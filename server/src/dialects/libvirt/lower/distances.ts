import type { Collection, Found } from '../../../guest/collection.ts';
import type { GuestNode, NodeDistance } from '../../../guest/memory.ts';
import { findNode } from '../../../guest/queries.ts';
import { isKnown, type Value } from '../../../guest/value.ts';
import { child, children } from '../../../syntax/xml/query.ts';
import { type Reader, readDecimal } from '../values.ts';
import type { Sources } from './sources.ts';

/** `<sibling>`s of the first `<distances>` of each cell; they may name any cell, before or behind. */
export function lowerDistances(
  reader: Reader,
  nodes: Collection<GuestNode>,
  sources: Sources,
): Collection<NodeDistance> {
  const items: NodeDistance[] = [];
  for (const node of nodes.items) {
    const cell = sources.get(node);
    const distances = cell && child(cell, 'distances');
    if (!distances) continue;
    for (const sibling of children(distances, 'sibling')) {
      const to = readDecimal(reader.attribute(sibling, 'id', sibling));
      const distance: NodeDistance = {
        kind: 'node-distance',
        span: reader.span(sibling),
        label: reader.label(sibling),
        from: { id: node.id, target: { state: 'found', item: node } },
        to: { id: to, target: targetOf(to, nodes) },
        value: readDecimal(reader.attribute(sibling, 'value', sibling)),
      };
      sources.set(distance, sibling);
      items.push(distance);
    }
  }
  return { items, openedBy: nodes.openedBy };
}

const targetOf = (id: Value<number>, nodes: Collection<GuestNode>): Found<GuestNode> =>
  isKnown(id) ? findNode(nodes, id.value) : { state: id.state === 'absent' ? 'absent' : 'unknown' };
