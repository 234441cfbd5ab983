import type { ShellWord, SimpleCommand } from '../../../syntax/shell/tree.ts';
import { assign, elementOf } from './assignment.ts';
import { namesSetByBuiltin } from './builtinNames.ts';
import { expandToFields } from './expansion.ts';
import type { Field } from './fields.ts';
import { textOf } from './fragment.ts';
import { anyElements, type Binding, type State } from './state.ts';

/** Where the path goes on after a builtin. */
export type Outcome = 'next' | 'exit' | 'return' | 'break' | 'continue';

const UNKNOWN = 'not-evaluated';

const DECLARING = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);
const ASSIGNING = new Set(['read', 'mapfile', 'readarray', 'getopts', 'printf', 'let', 'unset']);
const OTHERS = new Set([':', 'set', 'shift', 'source', '.', 'eval', 'exit', 'return', 'break', 'continue']);

/** The builtins of the shell that change variables or the way through the script. */
export const isBuiltin = (name: string): boolean =>
  DECLARING.has(name) || ASSIGNING.has(name) || OTHERS.has(name);

/**
 * Carries out a builtin.
 * @param fields the arguments, without the name. Assignments (`export A=b`) are not among them.
 */
export function runBuiltin(
  state: State,
  name: string,
  command: SimpleCommand,
  fields: readonly Field[],
): Outcome {
  if (DECLARING.has(name)) declare(state, name, command);
  else if (ASSIGNING.has(name)) {
    const binding: Binding = name === 'unset' ? { kind: 'unset' } : { kind: 'unknown', why: UNKNOWN };
    for (const assigned of namesSetByBuiltin(command).names) state.set(assigned, binding);
  } else {
    switch (name) {
      case 'set':
        setPositional(state, fields);
        break;
      case 'shift':
        shift(state, fields);
        break;
      case 'source':
      case '.':
      case 'eval':
        state.forgetAll(UNKNOWN);
        break;
      case 'exit':
      case 'return':
      case 'break':
      case 'continue':
        return name;
    }
  }
  return 'next';
}

function declare(state: State, name: string, command: SimpleCommand): void {
  const [, ...words] = command.words;
  let flags = '';
  for (const word of words) {
    if (word.kind === 'assignment') {
      if (isLocal(name, flags)) state.declareLocal(word.name);
      assign(state, word);
      // Integers, references, changes of case and keys: what such a variable holds is not what is written.
      if (/[Ainul]/.test(flags)) state.set(word.name, { kind: 'unknown', why: UNKNOWN });
    } else flags += declareWord(state, name, word, flags);
  }
}

/** One word of a declaration: flags, which are returned, or a name. */
function declareWord(state: State, command: string, word: ShellWord, flags: string): string {
  for (const field of expandToFields(state, word)) {
    const read = textOf(field.fragments);
    if (!('text' in read)) continue;
    if (/^[-+]/.test(read.text)) return read.text.slice(1);
    const name = /^([A-Za-z_]\w*)(=|$)/.exec(read.text);
    if (!name) continue;
    if (isLocal(command, flags)) state.declareLocal(name[1]!);
    // `export "X=$value"`: an assignment that the shell makes only after the expansion.
    if (name[2] === '=' || /[Anul]/.test(flags)) state.set(name[1]!, { kind: 'unknown', why: UNKNOWN });
    else if (flags.includes('a') && !state.get(name[1]!))
      state.set(name[1]!, { kind: 'array', elements: [] });
  }
  return '';
}

const isLocal = (command: string, flags: string): boolean =>
  command === 'local' || ((command === 'declare' || command === 'typeset') && !flags.includes('g'));

/** `set -- a b`; options alone change no parameter. */
function setPositional(state: State, fields: readonly Field[]): void {
  let i = 0;
  for (; i < fields.length; i++) {
    const read = textOf(fields[i]!.fragments);
    if (!('text' in read) || fields[i]!.kind === 'opening') break;
    if (read.text === '--') {
      state.positional = fields.slice(i + 1).map((field) => elementOf(field));
      return;
    }
    if (!/^[-+]/.test(read.text)) break;
    if (/^[-+]\w*o$/.test(read.text)) i++;
  }
  if (i < fields.length) state.positional = fields.slice(i).map((field) => elementOf(field));
}

function shift(state: State, fields: readonly Field[]): void {
  const read = fields[0] ? textOf(fields[0].fragments) : { text: '1' };
  const count = 'text' in read && /^\d+$/.test(read.text) ? Number(read.text) : undefined;
  const { positional } = state;
  const open = positional.findIndex((element) => element.open);
  const known = open < 0 ? positional.length : open;
  if (count !== undefined && count <= known) state.positional = positional.slice(count);
  // With fewer parameters than that, the shell shifts none.
  else if (open >= 0 || count === undefined) {
    state.positional = [anyElements(positional[open]?.why ?? UNKNOWN)];
  }
}
