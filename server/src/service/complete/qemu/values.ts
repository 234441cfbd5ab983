import type { PropertyFact, QemuCatalogue } from '../../../catalogue/qemu.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import { isKnown } from '../../../guest/value.ts';
import { type Completion, completion } from '../completion.ts';
import type { ArgumentPlace } from './argument.ts';
import { freeBuses } from './buses.ts';
import type { QemuCursor } from './cursor.ts';
import { quoted, type Site } from './draft.ts';
import { nameOf, propertiesOf } from './facts.ts';
import { headsOf } from './headNames.ts';
import { isBoolean } from './keys.ts';
import { type Named, namedFor } from './references.ts';

/** Values of parameters that QEMU lists as any text (qemu-options.hx, blockdev.c of QEMU 7.2 to 11.1). */
const WORDS: Readonly<Record<string, string>> = {
  'action.panic': 'pause shutdown exit-failure none',
  'action.reboot': 'reset shutdown',
  'action.shutdown': 'poweroff pause',
  'action.watchdog': 'reset shutdown poweroff inject-nmi pause debug none',
  'boot.order': 'c d n cd dc nc',
  'chardev.mux': 'on off',
  'drive.aio': 'threads native io_uring',
  'drive.cache': 'none writeback writethrough directsync unsafe',
  'drive.detect-zeroes': 'off on unmap',
  'drive.discard': 'unmap ignore',
  'drive.format': 'qcow2 raw vmdk vdi vhdx',
  'drive.if': 'none virtio ide scsi pflash sd floppy',
  'drive.media': 'disk cdrom',
  'drive.rerror': 'report ignore stop',
  'drive.werror': 'enospc report ignore stop',
  'fsdev.security_model': 'mapped-xattr mapped-file passthrough none',
  'mon.mode': 'control readline',
  'nic.model': 'virtio-net-pci e1000e e1000 igb rtl8139',
  'overcommit.mem-lock': 'on off on-fault',
  'rtc.base': 'utc localtime',
  'rtc.clock': 'host rt vm',
  'rtc.driftfix': 'slew none',
  'virtfs.security_model': 'mapped-xattr mapped-file passthrough none',
};

/** The values of a property: enumerations, on and off, and what the command line itself defines. */
export function completeValues(
  catalogue: QemuCatalogue | undefined,
  cursor: QemuCursor,
  option: Option,
  place: ArgumentPlace,
  site: Site,
  mark: string,
): Completion[] {
  const { key } = place;
  const name = nameOf(option);
  const wrap = (text: string): string => inForm(text, place);
  if (key === 'nodeid' || key === 'id') return [];
  const references = referencesFor(catalogue, cursor, option, key, mark);
  if (references) return references.map((named) => reference(named, site, wrap));
  const fact = catalogue && propertiesOf(catalogue, cursor, option).get(key);
  return valuesOf(catalogue, name, key, fact).map((value, i) =>
    completion({
      label: value,
      kind: 'value',
      range: site.range,
      insertion: quoted(site, [isBoolean(fact?.type ?? '') ? bool(value, place) : wrap(value)]),
      filterText: place.form === 'json-bare' ? wrap(value) : value,
      detail: fact?.default === value || isDefault(fact, value) ? 'default' : undefined,
      rank: 1,
      order: String(i).padStart(3, '0'),
    }),
  );
}

function referencesFor(
  catalogue: QemuCatalogue | undefined,
  { line, lines, reading: { guest } }: QemuCursor,
  option: Option,
  key: string,
  mark: string,
): readonly Named[] | undefined {
  if (option.name !== 'device' || key !== 'bus') return namedFor(lines, nameOf(option), key, mark);
  const driver = option.value('driver');
  return freeBuses(catalogue, line, guest, isKnown(driver) ? driver.value : undefined).filter(
    ({ id }) => !id.includes(mark),
  );
}

const reference = ({ id, detail, used }: Named, site: Site, wrap: (text: string) => string): Completion =>
  completion({
    label: id,
    kind: 'reference',
    range: site.range,
    insertion: quoted(site, [wrap(id)]),
    filterText: wrap(id),
    detail,
    rank: used ? 3 : 0,
  });

/** A text in the form of the argument: commas are doubled, JSON has quotes. */
export function inForm(text: string, { form }: Pick<ArgumentPlace, 'form'>): string {
  if (form === 'keyval') return text.replaceAll(',', ',,');
  const json = JSON.stringify(text);
  return form === 'json-bare' ? json : json.slice(1, -1);
}

const bool = (value: string, { form }: ArgumentPlace): string =>
  form === 'json-bare' ? String(value === 'on') : value;

function valuesOf(
  catalogue: QemuCatalogue | undefined,
  option: string,
  key: string,
  fact: PropertyFact | undefined,
): readonly string[] {
  if (option === 'machine' && key === 'accel' && catalogue) return catalogue.names('accel');
  if (option === 'machine' && key === 'kernel-irqchip') return ['on', 'off', 'split'];
  const words = `${option}.${key}`;
  if (Object.hasOwn(WORDS, words)) return WORDS[words]!.split(' ');
  if (fact?.values) return fact.values;
  if (fact && isBoolean(fact.type)) return ['on', 'off'];
  // -cpu takes every flag as on or off.
  if (option === 'cpu' && fact) return fact.type === 'bool' ? ['on', 'off'] : [];
  return option === 'blockdev' && key === 'driver' && catalogue
    ? (headsOf(catalogue, 'blockdev') ?? []).map(({ name }) => name)
    : [];
}

const isDefault = (fact: PropertyFact | undefined, value: string): boolean =>
  typeof fact?.default === 'boolean' && fact.default === (value === 'on');
