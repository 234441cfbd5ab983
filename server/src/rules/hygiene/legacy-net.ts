import type { Change } from '../../dialects/change.ts';
import { type CommandLine, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { atLeast, NEWEST_QEMU, type Target } from '../../guest/target.ts';
import { isKnown } from '../../guest/value.ts';
import { type Span, spanOf } from '../../text/span.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** Properties of every -net that are gone, and since when (docs/about/removed-features.rst). */
const REMOVED = [
  { key: 'vlan', since: [3, 0] },
  { key: 'name', since: [5, 1] },
] as const;

export default defineRule({
  name: 'legacy-net',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'information',
  summary: 'A network card is joined to the network by -net, through a hub.',
  sources: [
    { title: 'QEMU: -nic and -net', ref: 'qemu-options.hx: -net; net/net.c: net_client_init1' },
    { title: 'QEMU: vlan= and name= were removed', ref: 'docs/about/removed-features.rst' },
  ],
  since: '0.1.0',
  check(context) {
    const options = optionsNamed(context.line, 'net').filter(mayJoinHub);
    const first = options.find(({ head, open }) => isKnown(head) && !(head.value === 'nic' && open));
    if (!first) return;
    const others = options.filter((option) => option !== first);
    context.report({
      message:
        `${options.length === 1 ? '-net reaches its network' : 'Card and network meet'} in a hub that QEMU puts ` +
        'between them: every packet goes through it, and offloading and vhost are lost. -nic does the same ' +
        'without a hub, in one option.',
      at: labelOf(first),
      about: first,
      related: others.map((option) => ({ span: labelOf(option), message: 'On the same hub.' })),
      fixes: cardJoined(context.line, context.target),
    });
    reportRemoved(context, options);
  },
});

/** A card with netdev= is joined to that, which is how the cards of a board get their network. */
const mayJoinHub = (option: Option): boolean =>
  !(isKnown(option.head) && option.head.value === 'none') && !option.find('netdev');

/** `-net nic`, where no quote stands between the two. */
function labelOf({ word, argument, head, span }: Option): Span {
  const apart = !isKnown(head) || head.span.start !== argument?.range.start;
  return { ...span, end: apart ? word.range.end : head.span.end };
}

/** One -nic for one card and one network. Exact only where -nic knows all that is said of the card. */
export function cardJoined(line: CommandLine, target: Target): Fix[] {
  const options = optionsNamed(line, 'net').filter(mayJoinHub);
  if (line.openedBy.length > 0 || !atLeast(target.qemu ?? NEWEST_QEMU, NIC_SINCE)) return [];
  const [nic, backend] = [...options].sort((a, b) => Number(isCard(b)) - Number(isCard(a)));
  if (options.length !== 2 || !nic || !backend || !isCard(nic) || isCard(backend)) return [];
  if (!isKnown(backend.head) || nic.open || nic.properties.some(({ key }) => !KEPT.has(key))) return [];
  if (optionsNamed(line, 'net').length > 2 || ['id', 'name', 'vlan'].some((key) => backend.find(key)))
    return [];
  const isFirst = line.options.indexOf(nic) < line.options.indexOf(backend);
  const changes = isFirst && !backend.open ? intoCard(nic, backend) : intoNetwork(nic, backend);
  if (!changes.some(({ op }) => op === 'text')) return [];
  return [
    {
      title: `Join the card to the network itself: -nic ${backend.head.value}`,
      // A tap without a hub offers the guest offloading that it did not have.
      applicability: backend.head.value === 'user' ? 'safe' : 'suggestion',
      changes,
    },
  ];
}

/** Makes the -nic where the card stands, so that what is left keeps its place in the lines. */
function intoCard(nic: Option, backend: Option): Change[] {
  const set = (key: string, text: string): Change => ({ op: 'set-property', option: nic, key, text });
  const network = backend.properties.flatMap(({ key, value }) =>
    isKnown(value) ? [set(key, value.value)] : [],
  );
  const address = nic.find('macaddr');
  const mac: Change[] = address
    ? [{ op: 'rename-property', option: nic, property: address, key: 'mac' }]
    : [];
  return [...asNic(nic), ...mac, ...network, { op: 'remove-option', option: backend }];
}

/** Makes it where the network stands, parts of which may be unknown. */
function intoNetwork(nic: Option, backend: Option): Change[] {
  const card = nic.properties.flatMap(({ key, value }): Change[] => {
    const to = KEPT.get(key);
    return to && isKnown(value) ? [{ op: 'set-property', option: backend, key: to, text: value.value }] : [];
  });
  return [...asNic(backend), ...card, { op: 'remove-option', option: nic }];
}

function asNic({ word, uri }: Option): Change[] {
  const range = word.editable(0, word.text.length);
  return range ? [{ op: 'text', span: spanOf(uri, range), newText: '-nic' }] : [];
}

const NIC_SINCE = [2, 12] as const;

/** What -nic calls the properties of a card; it has no others. */
const KEPT: ReadonlyMap<string, string | undefined> = new Map([
  ['type', undefined],
  ['model', 'model'],
  ['macaddr', 'mac'],
]);

const isCard = ({ head }: Option): boolean => isKnown(head) && head.value === 'nic';

function reportRemoved({ report, target }: QemuContext, options: readonly Option[]): void {
  for (const { key, since } of REMOVED) {
    const found = options.flatMap((option) => {
      const property = option.find(key);
      return property ? [{ option, property }] : [];
    });
    const [first, ...others] = found;
    if (!first || !atLeast(target.qemu ?? NEWEST_QEMU, since)) continue;
    // Without their numbers all are on hub 0, which is only right where they were on one.
    const same = key !== 'vlan' || areOnOneHub(options);
    const changes = found.map((each): Change => ({ op: 'remove-property', ...each }));
    report({
      severity: 'error',
      message: `-net has no ${key}= since QEMU ${since.join('.')}: QEMU stops with "Invalid parameter '${key}'".`,
      at: first.property.span,
      about: first.property,
      related: others.map(({ property }) => ({ span: property.span, message: 'Another one.' })),
      fixes: same ? [{ title: `Remove ${key}=`, applicability: 'safe', changes }] : [],
    });
  }
}

function areOnOneHub(options: readonly Option[]): boolean {
  const hubs = options.map((option) => {
    const hub = option.value('vlan');
    return hub.state === 'absent' ? '0' : isKnown(hub) ? hub.value : undefined;
  });
  return hubs[0] !== undefined && hubs.every((hub) => hub === hubs[0]);
}
