import type { Guest } from '../../guest/guest.ts';
import type { NodeDistance } from '../../guest/memory.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { refuser, stop, WILL_NOT_START } from './wording.ts';

/** Distances of the ACPI SLIT: of a node to itself, to another one unless said otherwise, and to none that can be reached. */
const LOCAL = 10;
const REMOTE = 20;
const UNREACHABLE = 255;

export default defineRule({
  name: 'numa-dist-value',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'A distance between guest nodes is not in the range from 10 to 255.',
  sources: [
    { title: 'QEMU: NUMA distance is invalid', ref: 'hw/core/numa.c: parse_numa_distance' },
    {
      title: "libvirt: 'value' is invalid for 'sibling id'",
      ref: 'src/conf/numa_conf.c: virDomainNumaDefNodeDistanceParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const distance of context.guest.distances.items) {
      if (distance.value.state === 'absent') reportMissing(context, distance);
      else if (isKnown(distance.value)) reportValue(context, distance, distance.value);
    }
  },
});

function reportMissing({ guest, report }: GuestContext, distance: NodeDistance): void {
  report({
    message: `A distance without a value: ${missingRefusal(guest)}.`,
    at: distance.label,
    about: distance,
    fixes: [
      {
        title: 'Remove the distance',
        applicability: 'suggestion',
        changes: [{ op: 'remove', entity: distance }],
      },
    ],
  });
}

function missingRefusal(guest: Guest): string {
  const who = refuser(guest);
  if (!who) return WILL_NOT_START;
  return who === 'qemu'
    ? 'QEMU stops with "Parameter \'val\' is missing"'
    : "libvirt refuses the domain with \"Missing required attribute 'value' in element 'sibling'\"";
}

function reportValue({ guest, report }: GuestContext, distance: NodeDistance, value: Known<number>): void {
  const from = effective(distance.from.id);
  const to = effective(distance.to.id);
  const own = from !== undefined && from === to;
  const fact = factOf(value.value, own, from, to);
  if (!fact) return;
  // Only libvirt minds a neighbour that is as near as the node itself.
  const accepted = refuser(guest) !== 'libvirt' && value.value === LOCAL;
  report({
    ...(accepted ? { severity: 'warning' } : {}),
    message: accepted
      ? `${fact}, so the guest takes their memory for equally near.`
      : stop(`${fact}: ${refusal(guest, value.value, own, from, to)}`),
    at: value.span,
    about: distance,
    fixes: fixesFor(value, own),
  });
}

function factOf(value: number, own: boolean, from?: number, to?: number): string | undefined {
  if (value < LOCAL) return `A distance of ${value} is below ${LOCAL}, that of a node to itself`;
  if (value > UNREACHABLE)
    return `A distance of ${value} is beyond ${UNREACHABLE}, which stands for unreachable`;
  if (own && value !== LOCAL)
    return `Guest node ${from} is ${value} away from itself, which can only be ${LOCAL}`;
  // Which nodes these are must be known: of one node to itself it is right.
  if (!own && value === LOCAL && from !== undefined && to !== undefined)
    return `Guest nodes ${from} and ${to} are ${LOCAL} apart, as far as a node is from itself`;
  return undefined;
}

function refusal(guest: Guest, value: number, own: boolean, from?: number, to?: number): string {
  const who = refuser(guest);
  if (!who) return WILL_NOT_START;
  if (who === 'libvirt' && (from === undefined || to === undefined)) return 'libvirt refuses the domain';
  if (who === 'libvirt')
    return `libvirt refuses the domain with "'value ${value}' is invalid for 'sibling id ${to}' under NUMA 'cell id ${from}'"`;
  if (value > UNREACHABLE) return 'QEMU stops with "Parameter \'val\' expects uint8_t"';
  if (value < LOCAL)
    return `QEMU stops with "NUMA distance (${value}) is invalid, it shouldn't be less than ${LOCAL}."`;
  return own ? `QEMU stops with "Local distance of node ${from} should be ${LOCAL}."` : '';
}

function fixesFor(value: Known<number>, own: boolean): Fix[] {
  const text = own ? LOCAL : value.value > UNREACHABLE ? UNREACHABLE : REMOTE;
  return [
    {
      title: `Write ${text}`,
      applicability: own ? 'safe' : 'suggestion',
      changes: [{ op: 'replace', value, text: String(text) }],
    },
  ];
}
