import type { QemuCatalogue } from '../../../catalogue/qemu.ts';
import type { Version } from '../../../guest/target.ts';
import { documentation } from './draft.ts';
import { isNamed, type NamedOption } from './facts.ts';
import { keptList } from './kept.ts';

/** Names for the first value of an option, with what tells them apart. */
export interface Head {
  readonly name: string;
  readonly detail: string;
  readonly deprecated: boolean;
  /** Markdown. */
  readonly documentation: string | undefined;
}

/** All that an option may start with; undefined for options that start with no name. */
export function headsOf(catalogue: QemuCatalogue, option: string): readonly Head[] | undefined {
  switch (option) {
    case 'device':
      return keptList(catalogue, 'device', () => devices(catalogue));
    case 'machine':
      return keptList(catalogue, 'machine', () => machines(catalogue));
    case 'cpu':
      return plain(catalogue, 'cpu', 'CPU model');
    case 'chardev':
      return plain(catalogue, 'chardev', 'character device');
    case 'nic':
      return plain(catalogue, 'netdev', 'network backend');
    default:
      return isNamed(option) ? plain(catalogue, option, WORDS[option] ?? '') : undefined;
  }
}

const WORDS: Partial<Record<NamedOption, string>> = {
  accel: 'accelerator',
  audiodev: 'audio backend',
  blockdev: 'block driver',
  display: 'display',
  netdev: 'network backend',
};

const head = (option: string, name: string, detail: string, deprecated = false): Head => ({
  name,
  detail,
  deprecated,
  documentation: documentation(option, name, undefined),
});

type PlainHead = 'cpu' | 'chardev' | NamedOption;

const plain = (catalogue: QemuCatalogue, kind: PlainHead, what: string): readonly Head[] =>
  keptList(catalogue, kind, () =>
    catalogue
      .names(kind)
      .map((name) => head(kind, name, join(what, sinceWords(catalogue, catalogue.versionsOf(kind, name))))),
  );

const devices = (catalogue: QemuCatalogue): Head[] =>
  catalogue.names('device').flatMap((name) => {
    const device = catalogue.deviceHead(name);
    if (!device || device.abstract || device.internal) return [];
    const bus = device.bus && `${device.bus.replace(/-bus$/, '')} bus`;
    const since = sinceWords(catalogue, catalogue.versionsOf('device', name));
    return [head('device', name, join(device.categories.join(', '), bus, since), device.deprecated)];
  });

function machines(catalogue: QemuCatalogue): Head[] {
  const aliases = catalogue.aliases('machine').map((name) => {
    const own = catalogue.machine(name);
    return head('machine', name, own ? `now ${own.name}` : 'machine');
  });
  const versioned = catalogue.names('machine').map((name) => {
    const since = sinceWords(catalogue, catalogue.versionsOf('machine', name));
    return head('machine', name, join('machine', since), catalogue.machine(name)?.deprecated);
  });
  return [...aliases, ...versioned];
}

const join = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');

/** `QEMU 10.0 and later`; '' for what all versions known have. */
function sinceWords(catalogue: QemuCatalogue, having: readonly Version[]): string {
  const all = catalogue.versionsOf('option', 'm');
  const [first, last] = [having[0], having.at(-1)];
  if (!first || !last) return '';
  const text = ([major, minor]: Version): string => `${major}.${minor}`;
  if (text(last) !== text(all.at(-1) ?? last)) return `up to QEMU ${text(last)}`;
  return text(first) === text(all[0] ?? first) ? '' : `QEMU ${text(first)} and later`;
}
