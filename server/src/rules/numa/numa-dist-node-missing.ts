import type { Reference } from '../../guest/entity.ts';
import type { Guest } from '../../guest/guest.ts';
import type { GuestNode, NodeDistance } from '../../guest/memory.ts';
import { findNode, nodeId, nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { capital, refuser, stop, WILL_NOT_START } from './wording.ts';

/** Numbers from here on are beyond all nodes that there can be. */
const LIMIT = 128;

type End = 'from' | 'to';

export default defineRule({
  name: 'numa-dist-node-missing',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  explains: ['numa-dist-incomplete'],
  summary: 'A distance names a guest node that is not there, or not yet.',
  sources: [
    {
      title: 'QEMU: Source/Destination NUMA node is missing',
      ref: 'hw/core/numa.c: parse_numa_distance',
    },
    {
      title: 'libvirt: does not refer to a valid cell',
      ref: 'src/conf/numa_conf.c: virDomainNumaDefNodeDistanceParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const distance of context.guest.distances.items) {
      const end = (['from', 'to'] as const).find((each) => distance[each].target.state === 'absent');
      if (end) reportEnd(context, distance, end);
    }
  },
});

function reportEnd({ guest, report }: GuestContext, distance: NodeDistance, end: End): void {
  const { id } = distance[end];
  const key = keyOf(guest, end);
  if (!isKnown(id)) {
    report({
      message: `A distance without ${key}=: ${missingKey(guest, key)}.`,
      at: distance.label,
      about: distance,
      fixes: [removal(distance)],
    });
    return;
  }
  const later = findNode(guest.nodes, id.value);
  const found = later.state === 'found' ? later.item : undefined;
  const fact = found
    ? `The distance names ${nodeName(found)}, which is only declared further on`
    : `The distance names guest node ${id.value}, which does not exist`;
  report({
    message: stop(`${fact}: ${refusal(guest, distance, id.value, key)}`),
    at: id.span,
    about: distance,
    ...(found
      ? { related: [{ span: found.label, message: `${capital(nodeName(found))} is declared here.` }] }
      : {}),
    fixes: found ? [move(guest, distance)] : [...others(guest, distance, end), removal(distance)],
  });
}

const keyOf = ({ dialect }: Guest, end: End): string =>
  dialect === 'libvirt' ? 'id' : end === 'from' ? 'src' : 'dst';

function missingKey(guest: Guest, key: string): string {
  const who = refuser(guest);
  if (!who) return WILL_NOT_START;
  return who === 'qemu'
    ? `QEMU stops with "Parameter '${key}' is missing"`
    : `libvirt refuses the domain with "Missing required attribute '${key}' in element 'sibling'"`;
}

function refusal(guest: Guest, { from }: NodeDistance, id: number, key: string): string {
  const who = refuser(guest);
  if (!who) return WILL_NOT_START;
  if (who === 'libvirt') {
    const own = effective(from.id);
    return `libvirt refuses the domain with "'sibling_id ${id}' does not refer to a valid cell within NUMA 'cell id ${own}'"`;
  }
  return id >= LIMIT
    ? `QEMU stops with "Parameter '${key}' expects an integer between 0 and 127"`
    : 'QEMU stops with "Source/Destination NUMA node is missing. Please use \'-numa node\' option to declare it first."';
}

const move = (guest: Guest, distance: NodeDistance): Fix => ({
  title: 'Move the distance behind the nodes',
  applicability: 'safe',
  changes: [{ op: 'move', entity: distance, after: guest.nodes.items.at(-1)! }],
});

const removal = (distance: NodeDistance): Fix => ({
  title: 'Remove the distance',
  applicability: 'suggestion',
  changes: [{ op: 'remove', entity: distance }],
});

/** The one node to which the other end has no distance yet. */
function others(guest: Guest, distance: NodeDistance, end: End): Fix[] {
  const other = nodeAt(distance[end === 'from' ? 'to' : 'from']);
  const { id } = distance[end];
  if (!other || !isKnown(id)) return [];
  const left = guest.nodes.items.filter(
    (node) => node !== other && !guest.distances.items.some((each) => joins(each, node, other)),
  );
  const only = left.length === 1 ? nodeId(left[0]!) : undefined;
  if (only === undefined) return [];
  return [
    {
      title: `Name guest node ${only} instead`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: id, text: String(only) }],
    },
  ];
}

const nodeAt = ({ target }: Reference<GuestNode, number>): GuestNode | undefined =>
  target.state === 'found' ? target.item : undefined;

function joins(distance: NodeDistance, a: GuestNode, b: GuestNode): boolean {
  const ends = [nodeAt(distance.from), nodeAt(distance.to)];
  return ends.includes(a) && ends.includes(b);
}
