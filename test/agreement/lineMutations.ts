/** Numbers from 0 to below 1, the same for the same seed. */
export type Random = () => number;

type Mutation = (options: readonly string[], random: Random) => string[] | undefined;

/** What people do wrong on a command line; each does it in one place, or nothing where there is none. */
export const LINE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'option left out': (options, random) => without(options, pick(indexes(options), random)),
  'option twice': (options, random) => {
    const at = pick(indexes(options), random);
    return at === undefined ? undefined : options.toSpliced(at, 0, options[at]!);
  },
  'options in another order': (options, random) => {
    const at = pick(indexes(options), random);
    const to = pick(indexes(options), random);
    if (at === undefined || to === undefined || at === to) return undefined;
    const moved = options.toSpliced(at, 1);
    return moved.toSpliced(to, 0, options[at]!);
  },
  'option misspelt': (options, random) =>
    change(options, random, (option) => option.replace(/^-[\w-]+/, (name) => misspell(name, random))),
  'property left out': (options, random) =>
    changeProperties(options, random, (properties) => without(properties, pick(indexes(properties), random))),
  'property misspelt': (options, random) =>
    changeProperty(options, random, (key, value) => `${misspell(key, random)}=${value}`),
  'property of another option': (options, random) => {
    const other = pick(pairsOf(options.join(',')), random);
    return changeProperties(options, random, (properties) => (other ? [...properties, other] : undefined));
  },
  'name misspelt': (options, random) =>
    change(options, random, (option) =>
      option.replace(
        /^(-(?:device|object|machine|cpu|netdev|chardev) )([\w-]+)/,
        (_, head, name) => head + misspell(name, random),
      ),
    ),
  'value misspelt': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^[a-z][\w-]*$/i.test(value) ? `${key}=${misspell(value, random)}` : undefined,
    ),
  'value left out': (options, random) => changeProperty(options, random, (key) => `${key}=`),
  'number out of range': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^\d/.test(value)
        ? `${key}=${pick(['-1', '0', '129', '256', '4096', '99999999999'], random)}`
        : undefined,
    ),
  'number no number': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^\d+$/.test(value) ? `${key}=${pick(['x', '1x', '0x', 'one', '1.5', '1,5'], random)}` : undefined,
    ),
  'other size': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^\d+[KMG]$/i.test(value)
        ? `${key}=${pick(['1000M', '1G', '2G', '511M', '3M', '1Q', '0'], random)}`
        : undefined,
    ),
  'range of vCPUs': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^\d+-\d+$/.test(value) ? `${key}=${pick(['0-1', '2-9', '3-2', '0', '0-3', '4-'], random)}` : undefined,
    ),
  'other reference': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^(?:memdev|bus|netdev|drive|chardev|iothread|memory-backend)$/.test(key)
        ? `${key}=${pick([`${value}0`, 'other', value.slice(0, -1) || 'x'], random)}`
        : undefined,
    ),
  'id taken from another': (options, random) => {
    const ids = options.flatMap((option) => /(?:^| |,)(?:id|node-name)=([\w.-]+)/.exec(option)?.[1] ?? []);
    return changeProperty(options, random, (key, value) => {
      const other = pick(ids, random);
      return /^(?:id|node-name)$/.test(key) && other !== value && other ? `${key}=${other}` : undefined;
    });
  },
  'switch no switch': (options, random) =>
    changeProperty(options, random, (key, value) =>
      /^(?:on|off)$/.test(value)
        ? `${key}=${pick(['1', 'maybe', 'ON', 'enabled', value === 'on' ? 'off' : 'on'], random)}`
        : undefined,
    ),
  'other type in JSON': (options, random) =>
    change(options, random, (option) =>
      option.replace(/:(\d+|true|false)(?=[,}])/, (_, literal) => `:"${literal}"`),
    ),
  'key misspelt in JSON': (options, random) =>
    change(options, random, (option) =>
      option.replace(/,"([\w-]+)":/, (_, key) => `,"${misspell(key, random)}":`),
    ),
  'option that is gone': (options, random) =>
    options.concat(
      pick(
        [
          '-no-kvm',
          '-balloon none',
          '-soundhw hda',
          '-tdf',
          '-redir tcp:0::22',
          '-enable-fips',
          '-localtime',
        ],
        random,
      )!,
    ),
  'other machine': (options, random) =>
    change(options, random, (option) =>
      option.replace(
        /^-machine [\w.=-]+/,
        () => `-machine ${pick(['pc', 'q35', 'microvm', 'isapc', 'pc-q35-4.2', 'none'], random)}`,
      ),
    ),
};

const indexes = (items: readonly unknown[]): number[] => items.map((_, i) => i);

export const pick = <T>(items: readonly T[], random: Random): T | undefined =>
  items[Math.floor(random() * items.length)];

const without = (items: readonly string[], at: number | undefined): string[] | undefined =>
  at === undefined || items.length < 2 ? undefined : items.toSpliced(at, 1);

/** Changes one of the options that `how` can change. */
function change(
  options: readonly string[],
  random: Random,
  how: (option: string) => string | undefined,
): string[] | undefined {
  const candidates = options.flatMap((option, i) => {
    const changed = how(option);
    return changed === undefined || changed === option ? [] : [options.with(i, changed)];
  });
  return pick(candidates, random);
}

/** Changes the list of properties of one option in key=value form. */
function changeProperties(
  options: readonly string[],
  random: Random,
  how: (properties: readonly string[]) => readonly string[] | undefined,
): string[] | undefined {
  return change(options, random, (option) => {
    const [name, argument] = split(option);
    if (!argument.includes('=') || argument.startsWith('{')) return undefined;
    const properties = how(argument.split(','));
    return properties && `${name} ${properties.join(',')}`;
  });
}

function changeProperty(
  options: readonly string[],
  random: Random,
  how: (key: string, value: string) => string | undefined,
): string[] | undefined {
  return changeProperties(options, random, (properties) => {
    const candidates = properties.flatMap((property, i) => {
      const [, key, value] = /^([\w.-]+)=(.*)$/.exec(property) ?? [];
      const changed = key === undefined ? undefined : how(key, value!);
      return changed === undefined ? [] : [properties.with(i, changed)];
    });
    return pick(candidates, random);
  });
}

const pairsOf = (text: string): string[] =>
  text.split(/[ ,]/).filter((part) => /^[\w.-]+=[\w.-]+$/.test(part));

function split(option: string): [name: string, argument: string] {
  const blank = option.indexOf(' ');
  return blank < 0 ? [option, ''] : [option.slice(0, blank), option.slice(blank + 1)];
}

/** Leaves out, doubles, swaps or replaces a character behind the first. */
function misspell(word: string, random: Random): string {
  const at = 1 + Math.floor(random() * Math.max(1, word.length - 2));
  const [before, here, after] = [word.slice(0, at), word[at] ?? '', word.slice(at + 1)];
  const forms = [
    before + after,
    before + here + here + after,
    `${before}q${after}`,
    before + (after[0] ?? '') + here + after.slice(1),
  ];
  return (
    pick(
      forms.filter((form) => form !== word),
      random,
    ) ?? `${word}x`
  );
}
