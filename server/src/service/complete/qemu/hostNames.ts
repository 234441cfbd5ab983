import type { Option } from '../../../dialects/qemu/option.ts';
import { isKnown } from '../../../guest/value.ts';
import type { Host } from '../../../host/host.ts';
import type { IndexSet } from '../../../values/indexSet.ts';
import { formatPciAddress } from '../../../values/pciAddress.ts';
import { namedInOption } from '../../hostNames.ts';
import { type Completion, completion } from '../completion.ts';
import { type HostItem, hostCpus, hostDevices, hostNodes } from '../hostItems.ts';
import type { ArgumentPlace } from './argument.ts';
import type { QemuCursor } from './cursor.ts';
import { quoted, type Site } from './draft.ts';
import { typeOf } from './facts.ts';

/**
 * Devices, nodes and CPUs of the host where a property names one; undefined where it names none.
 * @param wrap what the form of the argument asks for around a text
 */
export function completeHostNames(
  host: Host,
  cursor: QemuCursor,
  option: Option,
  { key, form }: ArgumentPlace,
  site: Site,
  wrap: (text: string) => string,
): Completion[] | undefined {
  const kind = namedInOption(option.name, typeOf(option) ?? '', key);
  if (kind === 'device') {
    const folder = key === 'sysfsdev' ? '/sys/bus/pci/devices/' : '';
    return toItems(hostDevices(host, usedIn(cursor, option)), site, (address) => wrap(folder + address));
  }
  // A list with commas is the property once more for each of its ranges; in JSON it would be an array.
  const written = (set: IndexSet): string =>
    set.ranges.length > 1 && form === 'keyval' ? set.toString().replaceAll(',', `,${key}=`) : `${set}`;
  if (kind === undefined || form !== 'keyval') return kind && [];
  return toItems(kind === 'nodes' ? hostNodes(host) : hostCpus(host, false), site, written);
}

/** The devices that the guest has by other options than the one that is being written. */
function usedIn({ reading: { guest }, line }: QemuCursor, option: Option): ReadonlySet<string> {
  const own = option.range;
  const others = guest.pci.devices.items.filter(
    ({ span }) => line.uri !== span.uri || span.start < own.start || span.start >= own.end,
  );
  return new Set(
    others.flatMap(({ hostAddress }) => (isKnown(hostAddress) ? [formatPciAddress(hostAddress.value)] : [])),
  );
}

const toItems = <T>(items: readonly HostItem<T>[], site: Site, write: (value: T) => string): Completion[] =>
  items.map(({ value, detail, documentation, used }, i) =>
    completion({
      label: String(value),
      kind: 'reference',
      range: site.range,
      insertion: quoted(site, [write(value)]),
      filterText: write(value),
      detail,
      documentation,
      rank: used ? 3 : 0,
      order: String(i).padStart(5, '0'),
    }),
  );

/** Options of numactl(8) that take a list of host nodes or CPUs. */
const NUMACTL: readonly (readonly [RegExp, 'cpus' | 'nodes'])[] = [
  [/^(-[Nmicp]|--(cpunodebind|cpubind|membind|interleave|preferred))$/, 'nodes'],
  [/^(-C|--physcpubind)$/, 'cpus'],
];

/** Nodes and CPUs of the host in a command that starts QEMU: `numactl --membind=0`, `taskset -c 0-3`. */
export function completePrefix(host: Host, cursor: QemuCursor): Completion[] {
  const { prefix, text, quoting } = cursor;
  if (!prefix) return [];
  const equals = text.startsWith('--') ? text.indexOf('=') : -1;
  const name = equals < 0 ? (prefix.before ?? '') : text.slice(0, equals);
  const kind = kindOf(prefix.name, name);
  const range = cursor.place(equals + 1, text.length);
  if (!kind || !range) return [];
  const items = kind === 'nodes' ? hostNodes(host) : hostCpus(host, false);
  return toItems(items, { range, quoting }, String);
}

function kindOf(program: string, option: string): 'cpus' | 'nodes' | undefined {
  if (program === 'taskset') return /^(-[a-z]*c|--cpu-list)$/.test(option) ? 'cpus' : undefined;
  if (program !== 'numactl') return undefined;
  return NUMACTL.find(([names]) => names.test(option))?.[1];
}
