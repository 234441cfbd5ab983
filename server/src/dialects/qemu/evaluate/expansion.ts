import type { ShellWord, TextPart } from '../../../syntax/shell/tree.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { type Expansion, type Field, fieldsOf, scalarOf, unknownExpansion } from './fields.ts';
import { computedFragment, type Fragment, type Step } from './fragment.ts';
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
        const splits = inOperand && part.quoting === 'bare' && !part.escaped;
        out.push({ kind: 'text', fragment: fragmentOf(part), splits });
        break;
      }
      case 'variable': {
        const expansions = expandVariable(state, part);
        state.run.spend(expansions.length);
        for (const expansion of expansions) out.push(expansion);
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

const fragmentOf = ({ text, range, quoting, escaped }: TextPart): Fragment => ({
  text,
  source: range,
  exact: !escaped,
  quoting,
  steps: NO_STEPS,
});

const NO_STEPS: readonly Step[] = [];

/** The arguments that a word comes to. */
export function expandToFields(state: State, word: ShellWord): readonly Field[] {
  if (!isLiteral(word)) return fieldsOf(state, expandWord(state, word), word);
  // Most words of a script: one argument on every path, with nothing to expand or to cut.
  state.run.spend(word.parts.length);
  return word.parts.length === 0 ? [] : [{ kind: 'word', fragments: word.parts.map(fragmentOf), word }];
}

/** A word without variables. */
export const isLiteral = (word: ShellWord): word is ShellWord & { readonly parts: readonly TextPart[] } =>
  word.parts.every((part) => part.kind === 'text');

/** The text that a word comes to where the shell does not split, as in an assignment. */
export const expandToScalar = (state: State, word: ShellWord): Fragment[] =>
  scalarOf(expandWord(state, word));
