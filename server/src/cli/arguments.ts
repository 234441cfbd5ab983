import { parseArgs } from 'node:util';
import { parseVersion, type Target } from '../guest/target.ts';
import { PRESETS, type Preset } from '../service/presets.ts';
import { mostSimilar } from '../values/similar.ts';
import { HELP } from './usage.ts';

/** A command line that says nothing we can do. The message names the mistake and the remedy. */
export class UsageError extends Error {}

export type Format = 'text' | 'json';
export type FailOn = 'error' | 'warning' | 'never';

export interface CheckOptions {
  readonly paths: readonly string[];
  readonly format: Format;
  /** Which fixes are applied; with `diff`, which are shown. */
  readonly fixing: 'none' | 'safe' | 'repair';
  /** Show what would change instead of writing it. */
  readonly diff: boolean;
  readonly failOn: FailOn;
  readonly config: string | undefined;
  /** What is not given here comes from the configuration. */
  readonly preset: Preset | undefined;
  readonly target: Target;
  readonly dialect: 'qemu' | 'libvirt' | undefined;
  readonly argv: boolean;
}

export type Command =
  | { readonly name: 'help'; readonly text: string }
  | { readonly name: 'version' }
  | { readonly name: 'check'; readonly options: CheckOptions }
  | { readonly name: 'explain'; readonly rule: string }
  | { readonly name: 'rules'; readonly format: Format }
  | { readonly name: 'lsp' };

type Shape = 'boolean' | 'string';

const COMMANDS = ['check', 'explain', 'rules', 'lsp'] as const;

const OPTIONS: Record<(typeof COMMANDS)[number], Record<string, Shape>> = {
  check: {
    argv: 'boolean',
    config: 'string',
    dialect: 'string',
    diff: 'boolean',
    'fail-on': 'string',
    fix: 'boolean',
    format: 'string',
    'libvirt-version': 'string',
    preset: 'string',
    'qemu-version': 'string',
    repair: 'boolean',
  },
  explain: {},
  rules: { format: 'string' },
  // Editors pass their process id along.
  lsp: { stdio: 'boolean', clientProcessId: 'string' },
};

/**
 * Reads the arguments behind the program's name.
 * @throws UsageError
 */
export function parseCommand(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === undefined) throw new UsageError('no command is given');
  if (first === '-h' || first === '--help') return { name: 'help', text: HELP.virtlens };
  if (first === '-V' || first === '--version') return { name: 'version' };
  const name = COMMANDS.find((command) => command === first);
  if (!name) throw new UsageError(noCommand(first));
  const { values, paths } = readOptions(rest, OPTIONS[name]);
  if (values.has('help')) return { name: 'help', text: HELP[name] };
  if (values.has('version')) return { name: 'version' };
  switch (name) {
    case 'check':
      return { name, options: checkOptions(values, paths) };
    case 'explain':
      return { name, rule: onlyRule(paths) };
    case 'rules':
      demandNoPaths(paths);
      return { name, format: choice(values, 'format', ['text', 'json']) ?? 'text' };
    case 'lsp':
      demandNoPaths(paths);
      if (!values.has('stdio')) throw new UsageError('the language server speaks over --stdio only: add it');
      return { name };
  }
}

function noCommand(word: string): string {
  if (word.startsWith('-')) return `a command comes first, then ${word}`;
  const remedy = didYouMean(word, COMMANDS) || `; to check files: virtlens check ${word}`;
  return `there is no command ${word}${remedy}`;
}

function checkOptions(values: Values, paths: readonly string[]): CheckOptions {
  const diff = values.has('diff');
  const format = choice(values, 'format', ['text', 'json']) ?? 'text';
  const fixing = values.has('repair') ? 'repair' : values.has('fix') || diff ? 'safe' : 'none';
  const argv = values.has('argv');
  const dialect = choice(values, 'dialect', ['qemu', 'libvirt']);
  if (diff && format === 'json') throw new UsageError('--diff prints a diff: leave out --format json');
  if (argv && fixing !== 'none') {
    throw new UsageError(
      'the command line of a running process cannot be changed: leave out --argv or the fixing',
    );
  }
  if (argv && paths.length === 0) {
    throw new UsageError('--argv needs the path of a command line, or - for standard input');
  }
  if (argv && dialect === 'libvirt')
    throw new UsageError('--argv reads a QEMU command line, never libvirt XML');
  return {
    paths: paths.length > 0 ? paths : ['.'],
    format,
    fixing,
    diff,
    failOn: choice(values, 'fail-on', ['error', 'warning', 'never']) ?? 'error',
    config: values.get('config'),
    preset: choice(values, 'preset', Object.keys(PRESETS) as Preset[]),
    target: { qemu: version(values, 'qemu-version'), libvirt: version(values, 'libvirt-version') },
    dialect,
    argv,
  };
}

function onlyRule(paths: readonly string[]): string {
  const [rule, ...others] = paths;
  if (rule === undefined)
    throw new UsageError('explain needs the name of a rule; all are listed by: virtlens rules');
  if (others.length > 0) throw new UsageError(`explain takes one rule at a time, not also ${others[0]}`);
  return rule;
}

function demandNoPaths([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`${first} is not expected here`);
}

/** Given options; those without a value hold the empty string. The last one of a name wins. */
type Values = ReadonlyMap<string, string>;

/** parseArgs() splits; what its strict mode would refuse is refused here, in plainer words. */
function readOptions(
  args: readonly string[],
  shapes: Record<string, Shape>,
): { values: Values; paths: string[] } {
  const all: Record<string, Shape> = { ...shapes, help: 'boolean', version: 'boolean' };
  const options = Object.fromEntries(
    Object.entries(all).map(([name, type]) => {
      const short = name === 'help' ? { short: 'h' } : name === 'version' ? { short: 'V' } : {};
      return [name, { type, ...short }];
    }),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  const paths: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const shape = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!shape)
      throw new UsageError(`there is no option ${rawName}${didYouMean(name, Object.keys(all), '--')}`);
    if (shape === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    // A path that begins with a dash can be given as --config=-x.
    if (shape === 'string' && (!value || (!inlineValue && value.startsWith('-')))) {
      throw new UsageError(`${rawName} needs a value`);
    }
    values.set(name, value ?? '');
  }
  return { values, paths };
}

function choice<T extends string>(values: Values, name: string, allowed: readonly T[]): T | undefined {
  const value = values.get(name);
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw new UsageError(`--${name} is one of ${allowed.join(', ')}, not ${value}`);
  return found;
}

function version(values: Values, name: string): Target['qemu'] {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const parsed = parseVersion(text);
  if (!parsed) throw new UsageError(`--${name} is a version such as 10.0, not ${text}`);
  return parsed;
}

function didYouMean(word: string, known: readonly string[], mark = ''): string {
  const similar = mostSimilar(word, known);
  return similar ? `; did you mean ${mark}${similar}?` : '';
}
