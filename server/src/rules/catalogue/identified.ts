import { type CommandLine, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { oncePer } from '../../values/oncePer.ts';

/** Something that others refer to by its id. */
export interface Identified {
  readonly id: string;
  readonly option: Option;
  /** The type of an object, or the driver. */
  readonly type: string | undefined;
}

/** Where an option says under which name others find what it makes. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  blockdev: ['node-name'],
  drive: ['id', 'node-name'],
};

const ID: readonly string[] = ['id'];

/** All of them, and those of each id: a command line may have hundreds, and refer to each. */
export interface Identifieds {
  readonly all: readonly Identified[];
  readonly byId: ReadonlyMap<string, readonly Identified[]>;
}

const readIn = oncePer((_line: CommandLine) => new Map<string, Identifieds | undefined>());

/**
 * What the options of some names make under an id.
 * @returns undefined where there may be more: an option or id that is not known.
 */
export function identifiedBy(line: CommandLine, names: readonly string[]): Identifieds | undefined {
  const known = readIn(line);
  const key = names.length === 1 ? names[0]! : names.join();
  const before = known.get(key);
  if (before || known.has(key)) return before;
  const found = find(line, names);
  known.set(key, found);
  return found;
}

/** The ids in an option; undefined where one, or whether there is one, is not known. */
const idsIn = oncePer((option: OptionText): readonly string[] | undefined => {
  const keys = Object.hasOwn(KEYS, option.name) ? KEYS[option.name]! : ID;
  const ids: string[] = [];
  for (const { key, plain } of option.properties) {
    // A node inside another one has a name of its own: `file.node-name`.
    if (!keys.includes(key) && !key.endsWith('.node-name')) continue;
    if (plain === undefined) return undefined;
    ids.push(plain);
  }
  return option.open && !keys.some((key) => option.has(key)) ? undefined : ids;
});

function find(line: CommandLine, names: readonly string[]): Identifieds | undefined {
  if (line.openedBy.length > 0) return undefined;
  const all: Identified[] = [];
  for (const option of optionsNamed(line, ...names)) {
    const ids = idsIn(option.text);
    if (!ids) return undefined;
    for (const id of ids) all.push({ id, option, type: option.makes });
  }
  const byId = new Map<string, Identified[]>();
  for (const item of all) {
    const same = byId.get(item.id);
    if (same) same.push(item);
    else byId.set(item.id, [item]);
  }
  return { all, byId };
}
