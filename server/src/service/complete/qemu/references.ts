import type { CommandLine } from '../../../dialects/qemu/commandLine.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import { isKnown } from '../../../guest/value.ts';
import { typeOf } from './facts.ts';

/** What a property may name. */
interface Kind {
  /** Options that make such things. */
  readonly makers: readonly string[];
  /** Types that will do; any where none is said. */
  readonly fits?: RegExp;
  /** The key of the name, where it is not `id`. */
  readonly key?: string;
}

const object = (fits: RegExp): Kind => ({ makers: ['object'], fits });

const MEMORY = object(/^memory-backend-/);
const CHARDEV: Kind = { makers: ['chardev'] };
const SECRET = object(/^secret/);
const BLOCK_NODE: Kind = { makers: ['blockdev'], key: 'node-name' };
const GUEST_NODE: Kind = { makers: ['numa'], fits: /^node$/, key: 'nodeid' };

/** By key, wherever it stands. */
const BY_KEY: Readonly<Record<string, Kind>> = {
  audiodev: { makers: ['audiodev'] },
  chardev: CHARDEV,
  'confidential-guest-support': object(/-guest$/),
  cryptodev: object(/^cryptodev-/),
  drive: { makers: ['drive', 'blockdev'] },
  fsdev: { makers: ['fsdev', 'virtfs'] },
  initiator: GUEST_NODE,
  iommufd: object(/^iommufd$/),
  iothread: object(/^iothread$/),
  memdev: MEMORY,
  'memory-backend': MEMORY,
  netdev: { makers: ['netdev'] },
  'node-id': GUEST_NODE,
  numa_node: GUEST_NODE,
  pflash0: BLOCK_NODE,
  pflash1: BLOCK_NODE,
  rng: object(/^rng-/),
  'tls-creds': object(/^tls-creds-/),
  tpmdev: { makers: ['tpmdev'] },
};

/** By option and key, where the same key means other things elsewhere. */
const BY_OPTION: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  blockdev: { backing: BLOCK_NODE, file: BLOCK_NODE },
  device: { node: GUEST_NODE },
  numa: { dst: GUEST_NODE, src: GUEST_NODE },
};

/** A thing on the command line that a property may name. */
export interface Named {
  readonly id: string;
  readonly detail: string;
  /** Something names it already. */
  readonly used: boolean;
}

const own = <T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  table && Object.hasOwn(table, key) ? table[key] : undefined;

const kindOf = (option: string, key: string): Kind | undefined =>
  own(own(BY_OPTION, option), key) ?? own(BY_KEY, key) ?? (/-secret$/.test(key) ? SECRET : undefined);

/**
 * What the property of an option may name, out of what the lines define; undefined where it names nothing.
 * @param mark no thing of this name is meant: it is being typed
 */
export function namedFor(
  lines: readonly CommandLine[],
  option: string,
  key: string,
  mark: string,
): readonly Named[] | undefined {
  const kind = kindOf(option, key);
  if (!kind) return undefined;
  const found = new Map<string, Named>();
  for (const line of lines) {
    const mentioned = mentionsOf(line, kind);
    for (const maker of line.options) {
      const id = idOf(kind, maker);
      if (id === undefined || id.includes(mark) || found.has(id)) continue;
      const head = typeOf(maker);
      const detail = kind === GUEST_NODE ? 'guest node' : `-${maker.name}${head ? ` ${head}` : ''}`;
      const used = mentioned.has(id);
      found.set(id, { id, detail: used ? `${detail} · in use` : detail, used });
    }
  }
  return [...found.values()];
}

/** The names of a kind that stand in some property. */
function mentionsOf({ options }: CommandLine, kind: Kind): ReadonlySet<string> {
  const names = new Set<string>();
  for (const option of options) {
    for (const property of option.properties) {
      if (kindOf(option.name, property.key) === kind && isKnown(property.value))
        names.add(property.value.value);
    }
  }
  return names;
}

function idOf({ makers, fits, key }: Kind, maker: Option): string | undefined {
  if (!makers.includes(maker.name)) return undefined;
  const head = typeOf(maker);
  if (fits && (head === undefined || !fits.test(head))) return undefined;
  const id = maker.value(key ?? (maker.name === 'blockdev' ? 'node-name' : 'id'));
  return isKnown(id) && id.value !== '' ? id.value : undefined;
}
