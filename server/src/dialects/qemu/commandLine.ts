import { absent, type Unknown, unknown, type Value } from '../../guest/value.ts';
import { type Span, spanOf, type Uri } from '../../text/span.ts';
import { groupBy } from '../../values/groupBy.ts';
import { oncePer } from '../../values/oncePer.ts';
import { asWord, type BrokenContinuation, type Invocation, type Opening, type Prefix } from './invocation.ts';
import { Option, optionName } from './option.ts';
import { optionShape } from './optionTable.ts';
import { Word } from './word.ts';

/** A QEMU command line as QEMU sees it: options in their order. */
export interface CommandLine {
  readonly uri: Uri;
  readonly binary: string;
  /** The program is a variable that is not known; by its name and the options it is taken for QEMU. */
  readonly assumed: boolean;
  /** The word that names the program. */
  readonly command: Span;
  readonly span: Span;
  readonly prefixes: readonly Prefix[];
  readonly options: readonly Option[];
  /** The same by name: `M` is not `machine` here. */
  readonly named: ReadonlyMap<string, readonly Option[]>;
  /** Words that belong to no option; QEMU takes them for disk images. */
  readonly strays: readonly Word[];
  /** Places where more options may stand than were read, and why they are not known. */
  readonly openings: readonly Unknown[];
  readonly openedBy: readonly Span[];
  readonly brokenContinuations: readonly BrokenContinuation[];
}

/** What the words of a command line are taken for. */
type Reading = Pick<CommandLine, 'options' | 'named' | 'strays' | 'openings'>;

/** Options by their argument: a word that several variants share is read once. */
export type KnownOptions = Map<Word, Option>;

/**
 * Groups the words of an invocation into options. An unknown word where an option is expected opens the list;
 * where an option waits for its argument it is taken for that argument.
 */
export function readCommandLine(
  uri: Uri,
  invocation: Invocation,
  known: KnownOptions | undefined,
): CommandLine {
  const reading = readOptions(uri, invocation.words, known);
  return {
    uri,
    binary: invocation.binary,
    assumed: invocation.command.isUnknown(),
    command: spanOf(uri, invocation.command.range),
    span: spanOf(uri, invocation.range),
    prefixes: invocation.prefixes,
    ...reading,
    openedBy: [
      ...reading.openings.map(({ span }) => span),
      // What a broken continuation lost was meant to be here: nothing can be said about what is missing.
      ...invocation.brokenContinuations.map(({ range }) => spanOf(uri, range)),
    ],
    brokenContinuations: invocation.brokenContinuations,
  };
}

/**
 * Words as options, whatever program they are given to.
 * @param known what other variants of the same command were read as
 */
export function readOptions(uri: Uri, words: readonly (Word | Opening)[], known?: KnownOptions): Reading {
  const options: Option[] = [];
  const strays: Word[] = [];
  const openings: Unknown[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!(word instanceof Word)) {
      openings.push(unknown(word.why, spanOf(uri, word.range)));
      continue;
    }
    const name = optionName(word);
    if (name === undefined) {
      const gap = word.pieces.find((piece) => piece.text === undefined);
      if (gap) openings.push(unknown(gap.why ?? 'not-evaluated', spanOf(uri, word.range)));
      else strays.push(word);
      continue;
    }
    const shape = optionShape(name);
    const next = words[i + 1];
    const takesNext =
      shape === undefined ? next instanceof Word && optionName(next) === undefined : shape !== 'flag';
    let argument: Word | undefined;
    if (takesNext && next !== undefined) {
      argument = asWord(uri, next);
      i++;
    }
    options.push(optionOf(known, word, argument));
    // A file with more options, or a property of any other one, which may name anything.
    if (name === 'readconfig' || name === 'set') {
      openings.push(unknown('not-evaluated', spanOf(uri, word.range)));
    }
  }
  return { options, named: namedOptions(options), strays, openings };
}

/** Options by their names, those of each name in their order. */
export const namedOptions = (options: readonly Option[]): ReadonlyMap<string, readonly Option[]> =>
  groupBy(options, ({ name }) => name);

function optionOf(known: KnownOptions | undefined, word: Word, argument: Word | undefined): Option {
  if (!known) return new Option(word, argument);
  const key = argument ?? word;
  const before = known.get(key);
  if (before?.word === word) return before;
  const option = new Option(word, argument);
  known.set(key, option);
  return option;
}

const NONE: readonly Option[] = [];

/** Options of any of the names, e.g. `machine` and `M`, in their order. */
export function optionsNamed(
  line: Pick<CommandLine, 'options' | 'named'>,
  ...names: string[]
): readonly Option[] {
  let only: readonly Option[] = NONE;
  for (const name of names) {
    const list = line.named.get(name);
    if (!list) continue;
    if (only !== NONE) return line.options.filter((option) => names.includes(option.name));
    only = list;
  }
  return only;
}

const madeIn = oncePer((options: readonly Option[]) => groupBy(options, ({ makes }) => makes));

/** Options of a name that make one of some kinds, as `-device` does a `pc-dimm`; those of each kind in their order. */
export function optionsMaking(
  line: Pick<CommandLine, 'named'>,
  name: string,
  kinds: readonly string[],
): readonly Option[] {
  const options = line.named.get(name);
  if (!options) return NONE;
  const made = madeIn(options);
  let found = NONE;
  for (const kind of kinds) {
    const more = made.get(kind);
    if (more) found = found === NONE ? more : [...found, ...more];
  }
  return found;
}

/**
 * The value of a key over options that QEMU merges (-machine, -smp, -m, -accel): the last one written wins.
 */
export function mergedValue(
  line: Pick<CommandLine, 'options' | 'named' | 'openedBy'> & { readonly command: Span },
  names: readonly string[],
  key: string,
): Value<string> {
  const options = optionsNamed(line, ...names);
  for (let i = options.length - 1; i >= 0; i--) {
    const value = options[i]!.value(key);
    if (value.state !== 'absent') return value;
  }
  if (line.openedBy[0]) return { state: 'unknown', why: 'not-evaluated', span: line.openedBy[0] };
  return absent(options.at(-1)?.span ?? line.command);
}
