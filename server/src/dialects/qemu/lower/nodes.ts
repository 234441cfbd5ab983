import type { Collection, Found } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { Backing, GuestNode, NodeDistance } from '../../../guest/memory.ts';
import { findNode } from '../../../guest/queries.ts';
import { absent, isKnown, isUnknown, unknown, type Value } from '../../../guest/value.ts';
import type { IndexSet } from '../../../values/indexSet.ts';
import { type CommandLine, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { referTo } from './memory.ts';
import { readMebibytes, readNumber, readRanges } from './read.ts';
import { labelOf, type Sources } from './sources.ts';

/** What the -numa options describe. */
export interface Numa {
  readonly nodes: Collection<GuestNode>;
  readonly distances: Collection<NodeDistance>;
}

/** QEMU reads -numa options in their order, so a distance knows only the nodes that stand before it. */
export function lowerNuma(line: CommandLine, backings: Collection<Backing>, sources: Sources): Numa {
  const nodes: GuestNode[] = [];
  const distances: NodeDistance[] = [];
  // Before -preconfig ends, nodes can be added over QMP.
  const openedBy = [...line.openedBy, ...optionsNamed(line, 'preconfig').map(({ span }) => span)];
  const options = optionsNamed(line, 'numa');
  const assignments = options.filter((option) => isKnown(option.head) && option.head.value === 'cpu');
  for (const option of options) {
    const type = option.head;
    if (isUnknown(type)) openedBy.push(type.span);
    if (!isKnown(type)) continue;
    if (type.value === 'node') {
      const node = lowerNode(option, nodes.length, backings, assignments);
      nodes.push(node);
      sources.set(node, option);
    }
    if (type.value === 'dist') {
      const distance = lowerDistance(option, { items: nodes, openedBy });
      distances.push(distance);
      sources.set(distance, option);
    }
  }
  return { nodes: { items: nodes, openedBy }, distances: { items: distances, openedBy } };
}

function lowerNode(
  option: Option,
  index: number,
  backings: Collection<Backing>,
  assignments: readonly Option[],
): GuestNode {
  const id = readNumber(option.value('nodeid'));
  // parse_numa_node (hw/core/numa.c): without nodeid= a node gets the number of nodes before it.
  const counted = id.state === 'absent' ? absent(id.owner, index) : id;
  return {
    kind: 'guest-node',
    span: option.span,
    label: labelOf(option),
    id: counted,
    cpus: [...readRanges(option, 'cpus'), ...gapsIn(option), ...assigned(counted, assignments)],
    size: readMebibytes(option.value('mem')),
    backing: referTo(option.value('memdev'), backings),
  };
}

/** vCPUs that cannot be read: behind a part that is not known, or behind a comma where QEMU takes none. */
function gapsIn(option: Option): Value<IndexSet>[] {
  const flags = option.properties.filter(({ form, key }) => form === 'flag' && /^\d+(-\d+)?$/.test(key));
  const gaps = flags.map(({ span }) => unknown('malformed', span));
  return option.open ? [...gaps, unknown('not-evaluated', option.span)] : gaps;
}

/** `-numa cpu` names vCPUs by socket and core; which numbers these are is not worked out here. */
const assigned = (id: Value<number>, assignments: readonly Option[]): Value<IndexSet>[] =>
  assignments
    .filter((option) => {
      const node = readNumber(option.value('node-id'));
      return !isKnown(node) || isUnknown(id) || node.value === (isKnown(id) ? id.value : id.default);
    })
    .map((option) => unknown('not-evaluated', option.span));

function lowerDistance(option: Option, before: Collection<GuestNode>): NodeDistance {
  const refer = (key: string): Reference<GuestNode, number> => {
    const id = readNumber(option.value(key));
    const target: Found<GuestNode> = isKnown(id)
      ? findNode(before, id.value)
      : { state: id.state === 'absent' ? 'absent' : 'unknown' };
    return { id, target };
  };
  return {
    kind: 'node-distance',
    span: option.span,
    label: labelOf(option),
    from: refer('src'),
    to: refer('dst'),
    value: readNumber(option.value('val')),
  };
}
