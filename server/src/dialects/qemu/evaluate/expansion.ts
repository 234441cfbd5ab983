import type { ShellWord } from '../../../syntax/shell/tree.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { type Expansion, type Field, fieldsOf, scalarOf, unknownExpansion } from './fields.ts';
import { computedFragment, type Fragment } from './fragment.ts';
import { expandVariable } from './parameter.ts';
import type { State } from './state.ts';

/**
 * Expands the variables of a word. Glob characters, braces and tildes stay as they are.
 * @param inOperand the word stands in `${X:-word}`: its bare text is split as the variable's value would be.
 */
export function expandWord(state: State, word: ShellWord, inOperand = false): Expansion[] {
  const out: Expansion[] = [];
  for (const part of word.parts) {
    state.run.spend(1);
    switch (part.kind) {
      case 'text': {
        const { text, range: source, quoting, escaped } = part;
        const fragment: Fragment = { text, source, exact: !escaped, quoting, steps: [] };
        out.push({ kind: 'text', fragment, splits: inOperand && quoting === 'bare' && !escaped });
        break;
      }
      case 'variable': {
        const expansions = expandVariable(state, part);
        state.run.spend(expansions.length);
        out.push(...expansions);
        break;
      }
      case 'arithmetic': {
        const value = evaluateArithmetic(state, part.expression, part.range);
        if (typeof value === 'bigint') {
          const fragment = computedFragment(value.toString(), part.range, part.quoted);
          out.push({ kind: 'text', fragment, splits: false });
        } else out.push(unknownExpansion(value, part.range, part.quoted));
        break;
      }
      case 'substitution':
        out.push(unknownExpansion('command-substitution', part.range, part.quoted));
        break;
      case 'other':
        out.push(unknownExpansion('not-evaluated', part.range, part.quoted));
        break;
    }
  }
  return out;
}

/** The arguments that a word comes to. */
export const expandToFields = (state: State, word: ShellWord): readonly Field[] =>
  fieldsOf(state, expandWord(state, word), word);

/** The text that a word comes to where the shell does not split, as in an assignment. */
export const expandToScalar = (state: State, word: ShellWord): Fragment[] =>
  scalarOf(expandWord(state, word));
