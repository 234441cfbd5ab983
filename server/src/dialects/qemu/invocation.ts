import type { UnknownReason } from '../../guest/value.ts';
import type { Range, Uri } from '../../text/span.ts';
import { Word } from './word.ts';

/** What stands in front of QEMU and starts it: `numactl --membind=0`, `sudo -u kvm`, `env A=b`. */
export interface Prefix {
  readonly name: string;
  /** Its own arguments, without the command that it starts. */
  readonly words: readonly Word[];
  readonly range: Range;
}

/** A place among the arguments where any number of unknown ones may stand: `"$@"`, `$EXTRA`. */
export interface Opening {
  readonly kind: 'opening';
  readonly range: Range;
  readonly why: UnknownReason;
}

/** An unquoted `$MEM` where one word is expected: unknown, but one word all the same. */
export function asWord(uri: Uri, word: Word | Opening): Word {
  if (word instanceof Word) return word;
  const { range, why } = word;
  return new Word(uri, range, [
    { text: undefined, why, at: range, source: range, exact: false, quoting: 'bare', via: [] },
  ]);
}

/** A mistake after which the shell no longer reads the lines below as part of the command. */
export interface BrokenContinuation {
  readonly kind: 'blank-line' | 'comment' | 'trailing-space' | 'carriage-return';
  /** The comment, or the backslash with what follows it on its line. */
  readonly range: Range;
  /** What the user meant to be part of the command: from the first lost option to the last. */
  readonly lost: Range;
  /** The words in `lost` that look like options. */
  readonly lostOptions: number;
}

/** One command that starts QEMU, on one path through the script. */
export interface Invocation {
  /** The name without its directory, e.g. `qemu-system-x86_64`. */
  readonly binary: string;
  readonly command: Word;
  readonly prefixes: readonly Prefix[];
  /** What QEMU receives, in order. */
  readonly words: readonly (Word | Opening)[];
  /** The whole command in the script, prefixes included. Invocations on several paths share it. */
  readonly range: Range;
  readonly brokenContinuations: readonly BrokenContinuation[];
}

/** One command of the script with the ways in which it can be reached; an `if` before it makes two. */
export interface InvocationVariants {
  readonly variants: readonly Invocation[];
}
