import { parseVersion, type Target } from '../guest/target.ts';
import { PRESETS, type Preset } from '../service/presets.ts';
import { type HostCommand, parseHostCommand } from './hostArguments.ts';
import {
  choice,
  demandNoPaths,
  didYouMean,
  readOptions,
  type Shape,
  UsageError,
  type Values,
} from './options.ts';
import { HELP } from './usage.ts';

export type Format = 'text' | 'concise' | 'json';
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
  /** A profile of the host, by path or by the name of a reference profile. */
  readonly host: string | undefined;
  /** What is not given here comes from the configuration. */
  readonly preset: Preset | undefined;
  readonly target: Target;
  readonly dialect: 'qemu' | 'libvirt' | undefined;
  readonly argv: boolean;
}

/** A line of a file, and what decides about the verdicts there. */
export interface ExplainAtOptions extends Pick<CheckOptions, 'config' | 'host' | 'preset' | 'target'> {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export type Command =
  | { readonly name: 'help'; readonly text: string }
  | { readonly name: 'version' }
  | { readonly name: 'check'; readonly options: CheckOptions }
  | { readonly name: 'explain'; readonly rule: string }
  | { readonly name: 'explain-at'; readonly options: ExplainAtOptions }
  | { readonly name: 'rules'; readonly format: Exclude<Format, 'concise'> }
  | HostCommand
  | { readonly name: 'lsp' };

const COMMANDS = ['check', 'explain', 'rules', 'host', 'lsp'] as const;

const OPTIONS: Record<Exclude<(typeof COMMANDS)[number], 'host'>, Record<string, Shape>> = {
  check: {
    argv: 'boolean',
    config: 'string',
    dialect: 'string',
    diff: 'boolean',
    'fail-on': 'string',
    fix: 'boolean',
    format: 'string',
    host: 'string',
    'libvirt-version': 'string',
    preset: 'string',
    'qemu-version': 'string',
    repair: 'boolean',
  },
  explain: { at: 'string', config: 'string', host: 'string' },
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
  if (name === 'host') return parseHostCommand(rest);
  const { values, paths } = readOptions(rest, OPTIONS[name]);
  if (values.has('help')) return { name: 'help', text: HELP[name] };
  if (values.has('version')) return { name: 'version' };
  switch (name) {
    case 'check':
      return { name, options: checkOptions(values, paths) };
    case 'explain':
      return values.size === 0
        ? { name, rule: onlyRule(paths) }
        : { name: 'explain-at', options: placeOptions(values, paths) };
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
  const format = choice(values, 'format', ['text', 'concise', 'json']) ?? 'text';
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
    host: values.get('host'),
    preset: choice(values, 'preset', Object.keys(PRESETS) as Preset[]),
    target: { qemu: version(values, 'qemu-version'), libvirt: version(values, 'libvirt-version') },
    dialect,
    argv,
  };
}

function placeOptions(values: Values, paths: readonly string[]): ExplainAtOptions {
  demandNoPaths(paths);
  const at = values.get('at');
  if (at === undefined) throw new UsageError('--host and --config go with --at FILE:LINE');
  const match = /^(.+):(\d{1,9})(?::\d+)?$/.exec(at);
  if (!match || Number(match[2]) === 0)
    throw new UsageError(`--at is FILE:LINE, such as vm.xml:12, not ${at}`);
  return {
    file: match[1]!,
    line: Number(match[2]),
    config: values.get('config'),
    host: values.get('host'),
    preset: undefined,
    target: { qemu: undefined, libvirt: undefined },
  };
}

function onlyRule(paths: readonly string[]): string {
  const [rule, ...others] = paths;
  if (rule === undefined)
    throw new UsageError(
      'explain needs the name of a rule (all are listed by: virtlens rules), or --at FILE:LINE',
    );
  if (others.length > 0) throw new UsageError(`explain takes one rule at a time, not also ${others[0]}`);
  return rule;
}

function version(values: Values, name: string): Target['qemu'] {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const parsed = parseVersion(text);
  if (!parsed) throw new UsageError(`--${name} is a version such as 10.0, not ${text}`);
  return parsed;
}
