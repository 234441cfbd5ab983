import * as z from 'zod';
import { parseVersion } from '../guest/target.ts';
import { type JsonPlaces, locateJson, placeKey } from '../text/jsonPlaces.ts';
import type { Range } from '../text/span.ts';
import { mostSimilar } from '../values/similar.ts';
import { PRESETS, type Preset } from './presets.ts';
import { type Choices, NO_HOST } from './settings.ts';

/** The durable choices of a project, from its virtlens.json. */
export interface Config {
  readonly choices: Choices;
  /** The host profile of its guests. */
  readonly host: NamedHost | undefined;
  /** Those of some files, which count for more. Of several globs that meet a file, the first one counts. */
  readonly hosts: readonly { readonly glob: string; readonly host: NamedHost }[];
  /** Files that are left out; see globMatcher(). */
  readonly ignore: readonly string[];
}

/** A host profile by its name. */
export interface NamedHost {
  /** A path from the folder of the file, the name of a reference profile, or NO_HOST. */
  readonly profile: string;
  /** Where the name stands, with its quotes. */
  readonly at: Range;
}

/** What is wrong with a virtlens.json: the characters at fault, then the fact and the remedy. */
export interface ConfigProblem {
  readonly at: Range;
  readonly message: string;
}

const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;
const PRESET_NAMES = Object.keys(PRESETS) as Preset[];

const version = (example: string) =>
  z
    .string({ error: `A version is a string, such as "${example}".` })
    .refine((text) => parseVersion(text) !== undefined, {
      error: `This is no version: write major and minor number, such as "${example}".`,
    });

const hostName = (error: string) =>
  z
    .string({ error })
    .min(1, { error: `No host profile is named here: write its path, or "${NO_HOST}" to have none.` });

const schema = z.strictObject(
  {
    $schema: z.string({ error: '"$schema" is a string.' }).optional(),
    rules: z
      .record(
        z.string(),
        z.enum(SEVERITIES, {
          error: 'This is no severity: use "error", "warning", "information", "hint" or "off".',
        }),
        { error: '"rules" is an object of rule names, each with its severity or "off".' },
      )
      .optional(),
    preset: z
      .enum(PRESET_NAMES, { error: 'This is no preset: use "desktop", "server" or "strict".' })
      .optional(),
    qemuVersion: version('10.0').optional(),
    libvirtVersion: version('10.7').optional(),
    host: hostName(
      '"host" is the path of a host profile, such as "hosts/gpu-01.hostprofile.json".',
    ).optional(),
    hosts: z
      .record(
        z.string(),
        hostName('A host profile is named by its path, such as "hosts/gpu-01.hostprofile.json".'),
        {
          error:
            '"hosts" is an object of globs, each with the host profile of the files that it meets, such as ' +
            '{ "gpu-01/**": "hosts/gpu-01.hostprofile.json" }.',
        },
      )
      .optional(),
    ignore: z
      .array(z.string({ error: 'A glob is a string, such as "old/**".' }), {
        error: '"ignore" is a list of globs, such as ["old/**"].',
      })
      .optional(),
  },
  { error: 'The file must hold a JSON object, such as { "qemuVersion": "10.0" }.' },
);

/**
 * Reads the text of a virtlens.json. Strict: whatever would have no effect is a problem, as it is a mistake more
 * often than not.
 * @param ruleNames the rules that exist.
 * @returns the configuration, or all that is wrong with it in the order of the text.
 */
export function parseConfig(
  text: string,
  ruleNames: readonly string[],
): { config: Config } | { problems: ConfigProblem[] } {
  const located = locateJson(text);
  if (located.error) return { problems: [located.error] };
  const parsed = schema.safeParse(JSON.parse(text));
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, located))),
    ...repeatedKeys(located),
    ...unknownRules(located, ruleNames),
  ];
  if (problems.length > 0 || !parsed.success) {
    return { problems: problems.sort((a, b) => a.at.start - b.at.start) };
  }
  const {
    rules = {},
    preset,
    qemuVersion = '',
    libvirtVersion = '',
    host,
    hosts = {},
    ignore = [],
  } = parsed.data;
  const target = { qemu: parseVersion(qemuVersion), libvirt: parseVersion(libvirtVersion) };
  const namedAt = (profile: string, ...path: string[]): NamedHost => {
    return { profile, at: located.places.get(placeKey(path))!.value };
  };
  return {
    config: {
      choices: { rules, preset, target },
      host: host === undefined ? undefined : namedAt(host, 'host'),
      hosts: Object.entries(hosts)
        .map(([glob, profile]) => ({ glob, host: namedAt(profile, 'hosts', glob) }))
        // An object does not keep the order of the text where a key looks like a number.
        .sort((a, b) => a.host.at.start - b.host.at.start),
      ignore,
    },
  };
}

function describe(issue: z.core.$ZodIssue, { places }: JsonPlaces): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape);
    return issue.keys.map((key) => ({
      at: places.get(placeKey([...issue.path, key]))!.key,
      message: `No setting is named "${key}". ${suggest(key, known) ?? `There are ${known.join(', ')}.`}`,
    }));
  }
  return [{ at: places.get(placeKey(issue.path))!.value, message: issue.message }];
}

/** JSON.parse() takes the last one without a word. */
const repeatedKeys = ({ places }: JsonPlaces): ConfigProblem[] =>
  [...places.values()]
    .filter((place) => place.repeated)
    .map(({ key }) => ({ at: key, message: 'This key stands here twice: remove one of the two.' }));

function unknownRules({ places }: JsonPlaces, ruleNames: readonly string[]): ConfigProblem[] {
  return [...places].flatMap(([path, { key }]) => {
    const [parent, name, ...deeper] = path.split('\0');
    if (parent !== 'rules' || name === undefined || deeper.length > 0 || ruleNames.includes(name)) return [];
    const remedy = suggest(name, ruleNames) ?? 'All of them are listed by: virtlens rules';
    return [{ at: key, message: `No rule is named "${name}". ${remedy}` }];
  });
}

function suggest(word: string, known: readonly string[]): string | undefined {
  const similar = mostSimilar(word, known);
  return similar && `Did you mean "${similar}"?`;
}
