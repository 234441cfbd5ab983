import type { ShellWord, SimpleCommand } from '../../../syntax/shell/tree.ts';
import { expandToFields, isLiteral } from './expansion.ts';
import { type Field, fieldsOf } from './fields.ts';
import { textOf } from './fragment.ts';
import type { State } from './state.ts';

/** A command that the script may run, with its arguments on each path that leads there. */
export interface Execution {
  readonly command: SimpleCommand;
  readonly paths: readonly (readonly Field[])[];
}

export interface Listener {
  /** False for the name of a command whose arguments nobody asks for. */
  isInteresting(name: string): boolean;
  onCommand(execution: Execution): void;
}

/** Words without variables come to the same arguments on every path. */
export type Literals = Map<ShellWord, readonly Field[]>;

/** The name and the arguments of a command. Assignments (`export A=b`) are none. */
export function argumentsOf(state: State, command: SimpleCommand, literals: Literals | undefined): Field[] {
  const out: Field[] = [];
  for (const word of command.words) {
    if (word.kind !== 'word') continue;
    let fields = literals?.get(word);
    if (!fields) {
      fields = expandToFields(state, word);
      if (literals && isLiteral(word)) literals.set(word, fields);
    }
    for (const field of fields) out.push(field);
  }
  return out;
}

/** The name of a command, where it is known. */
export function nameOf([first]: readonly Field[]): string | undefined {
  const read = first?.kind === 'word' ? textOf(first.fragments) : undefined;
  return read && 'text' in read ? read.text : undefined;
}

/**
 * The command that `eval` makes of its arguments, where they hold nothing that the shell would read differently
 * the second time but blanks.
 */
export function evaluated(state: State, fields: readonly Field[]): readonly Field[] {
  const isPlain = fields.every(({ fragments }) =>
    fragments.every(({ text }) => text === undefined || /^[\w\s.,=:/@%+^-]*$/.test(text)),
  );
  if (!isPlain) return [];
  return fields.flatMap((field) => {
    if (field.kind === 'opening') return [field];
    const split = field.fragments.map((fragment) => ({ kind: 'text' as const, fragment, splits: true }));
    return fieldsOf(state, split, field.word);
  });
}

/** Whether nothing is assigned when the words of a command are expanded. */
export const isPure = ({ words }: SimpleCommand): boolean =>
  words.every(
    (word) =>
      word.kind === 'word' &&
      word.parts.every(
        (part) =>
          part.kind !== 'arithmetic' && !(part.kind === 'variable' && part.operation?.kind === 'default'),
      ),
  );
