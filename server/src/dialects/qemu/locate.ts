import { parseShell } from '../../syntax/shell/parse.ts';
import type { ShellComment } from '../../syntax/shell/tree.ts';
import { contains, type Range, type Uri } from '../../text/span.ts';
import { assemble, distinct } from './assemble.ts';
import { ContinuationReader } from './continuation.ts';
import type { Execution } from './evaluate/execution.ts';
import type { Field } from './evaluate/fields.ts';
import { Interpreter } from './evaluate/interpreter.ts';
import { countExpansions } from './evaluate/uses.ts';
import { WordReader } from './evaluate/wordReader.ts';
import type { Invocation, InvocationVariants } from './invocation.ts';
import { assignedPrograms, mayStartQemu, recognise } from './recognise.ts';
import { Word } from './word.ts';

/** What a script, or the command line of a process, starts. */
export interface Located {
  /** In the order of the text; a loop or several calls of a function give one entry for each time. */
  readonly commands: readonly InvocationVariants[];
  /** Half-typed places: nothing may be called an error for a word inside. */
  readonly repairedRegions: readonly Range[];
  readonly comments: readonly ShellComment[];
}

/**
 * Finds every command of a shell script that starts QEMU, with what each argument comes to. Never throws.
 * @param holding where given, only commands with an argument that holds this text
 */
export function locate(uri: Uri, text: string, holding = ''): Located {
  const tree = parseShell(text);
  const continuations = new ContinuationReader(text, tree);
  let counts: ReadonlyMap<string, number> | undefined;
  const words = new WordReader(uri, (name) => {
    counts ??= countExpansions(text, tree);
    return counts.get(name) ?? 0;
  });
  let programs: ReadonlyMap<string, string> | undefined;
  const programOf = (variable: string): string | undefined => {
    programs ??= assignedPrograms(text);
    return programs.get(variable);
  };
  const isWanted = ({ fragments }: Field): boolean => fragments.some((each) => each.text?.includes(holding));
  const toInvocations = ({ command, paths }: Execution): Invocation[] => {
    if (holding !== '' && !paths.some((fields) => fields.some(isWanted))) return [];
    return paths.flatMap((fields) => {
      const recognised = recognise(text, fields, programOf);
      if (!recognised) return [];
      const { broken, stray } = continuations.read(command);
      const read = words.read(stray ? without(stray, fields) : fields, paths.length > 1);
      return [assemble(uri, read, recognised, command.range, broken)];
    });
  };
  const found: Invocation[][] = [];
  const interpreter = new Interpreter(tree, {
    isInteresting: mayStartQemu,
    onCommand(execution) {
      const variants = toInvocations(execution);
      if (variants.length > 0) found.push(distinct(variants));
    },
  });
  interpreter.run();
  found.sort((a, b) => a[0]!.range.start - b[0]!.range.start);
  return {
    commands: found.map((variants) => ({ variants })),
    repairedRegions: tree.repairedRegions,
    comments: tree.comments,
  };
}

/** The argument that a broken continuation passes on is told with it, not among the words. */
function without(stray: Range, fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => {
    const fragments = field.fragments.filter(({ source }) => !contains(stray, source));
    if (fragments.length === field.fragments.length) return [field];
    const range = { start: field.word.range.start, end: stray.start };
    return fragments.length > 0 ? [{ ...field, fragments, word: { ...field.word, range } }] : [];
  });
}

/**
 * Reads the command line of a running process, as in `/proc/PID/cmdline`: arguments separated by NUL, with
 * nothing left for a shell to expand. Never throws.
 */
export function locateArgv(uri: Uri, text: string): Located {
  const words: Word[] = [];
  const fields: Field[] = [];
  for (let start = 0; start < text.length; ) {
    const nul = text.indexOf('\0', start);
    const range = { start, end: nul < 0 ? text.length : nul };
    const argument = { text: text.slice(start, range.end), source: range, exact: true };
    words.push(new Word(uri, range, [{ ...argument, at: range, quoting: 'none', via: [] }]));
    const fragments = [{ ...argument, quoting: 'bare' as const, steps: [] }];
    fields.push({ kind: 'word', fragments, word: { kind: 'word', range, parts: [] } });
    start = range.end + 1;
  }
  const recognised = recognise(text, fields, () => undefined);
  const range = { start: 0, end: words.at(-1)?.range.end ?? 0 };
  const commands = recognised ? [{ variants: [assemble(uri, words, recognised, range, [])] }] : [];
  return { commands, repairedRegions: [], comments: [] };
}
