import type { UnknownReason } from '../../../guest/value.ts';
import { parseInteger } from '../../../syntax/shell/integer.ts';
import type { Arithmetic } from '../../../syntax/shell/tree.ts';
import type { Range } from '../../../text/span.ts';
import { namesAssignedIn } from './assigned.ts';
import { expandWord } from './expansion.ts';
import { scalarOf } from './fields.ts';
import { computedFragment, textOf } from './fragment.ts';
import { parameter } from './lookup.ts';
import type { State } from './state.ts';

/**
 * Computes an integer expression as the shell does, in 64 bits; assignments inside take effect.
 * @param at where it stands, as the source of what it assigns.
 * @returns the value, or why it is not known.
 */
export function evaluateArithmetic(state: State, node: Arithmetic, at: Range): bigint | UnknownReason {
  state.run.spend(1);
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'name':
      return variable(state, node.name);
    case 'word':
      return integer(textOf(scalarOf(expandWord(state, node.word))));
    case 'unary':
      return unary(state, node, at);
    case 'binary':
      return binary(state, node, at);
    case 'ternary': {
      const test = evaluateArithmetic(state, node.test, at);
      if (typeof test === 'bigint') {
        return evaluateArithmetic(state, test !== 0n ? node.consequent : node.alternate, at);
      }
      forget(state, node.consequent);
      forget(state, node.alternate);
      return test;
    }
    case 'element':
    case 'unknown':
      return 'not-evaluated';
  }
}

function variable(state: State, name: string): bigint | UnknownReason {
  if (/^\d+$/.test(name)) {
    const value = parameter(state, Number(name));
    if (value.kind === 'single') return integer(textOf(value.parts.map((held) => held.fragment)));
    return value.kind === 'list' ? 'not-evaluated' : (value.why ?? 'positional');
  }
  const binding = state.get(name);
  if (!binding) return 'environment';
  if (binding.kind === 'unset') return 0n;
  if (binding.kind === 'unknown') return binding.why;
  if (binding.kind === 'function') return 'not-evaluated';
  const parts = binding.kind === 'scalar' ? binding.parts : binding.elements[0]?.parts;
  return integer(textOf((parts ?? []).map((held) => held.fragment)));
}

function integer(read: { text: string } | { why: UnknownReason }): bigint | UnknownReason {
  if ('why' in read) return read.why;
  const text = read.text.trim();
  if (text === '') return 0n;
  const value = parseInteger(text.replace(/^-/, ''));
  if (value === undefined) return 'not-evaluated';
  return text.startsWith('-') ? -value : value;
}

type Unary = Extract<Arithmetic, { kind: 'unary' }>;
type Binary = Extract<Arithmetic, { kind: 'binary' }>;

function unary(state: State, { operator, prefix, operand }: Unary, at: Range): bigint | UnknownReason {
  const value = evaluateArithmetic(state, operand, at);
  if (operator === '++' || operator === '--') {
    const next = typeof value === 'bigint' ? compute(operator === '++' ? '+' : '-', value, 1n) : value;
    assign(state, operand, next, at);
    return prefix ? next : value;
  }
  if (typeof value !== 'bigint') return value;
  switch (operator) {
    case '-':
      return BigInt.asIntN(64, -value);
    case '+':
      return value;
    case '~':
      return ~value;
    case '!':
      return value === 0n ? 1n : 0n;
    default:
      return 'not-evaluated';
  }
}

function binary(state: State, { operator, left, right }: Binary, at: Range): bigint | UnknownReason {
  if (operator === '&&' || operator === '||') return logical(state, operator, left, right, at);
  if (/^(?:<<|>>|[-+*/%&|^])?=$/.test(operator)) {
    const by = evaluateArithmetic(state, right, at);
    const value = operator === '=' ? by : both(state, operator.slice(0, -1), left, by, at);
    assign(state, left, value, at);
    return value;
  }
  const first = evaluateArithmetic(state, left, at);
  const second = evaluateArithmetic(state, right, at);
  if (operator === ',') return second;
  if (typeof first !== 'bigint') return first;
  return typeof second === 'bigint' ? compute(operator, first, second) : second;
}

function both(state: State, operator: string, left: Arithmetic, by: bigint | UnknownReason, at: Range) {
  const value = evaluateArithmetic(state, left, at);
  if (typeof value !== 'bigint') return value;
  return typeof by === 'bigint' ? compute(operator, value, by) : by;
}

function logical(state: State, operator: string, left: Arithmetic, right: Arithmetic, at: Range) {
  const first = evaluateArithmetic(state, left, at);
  if (typeof first !== 'bigint') {
    forget(state, right);
    return first;
  }
  const decided = operator === '&&' ? first === 0n : first !== 0n;
  if (decided) return operator === '&&' ? 0n : 1n;
  const second = evaluateArithmetic(state, right, at);
  return typeof second === 'bigint' ? truth(second !== 0n) : second;
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);

function compute(operator: string, a: bigint, b: bigint): bigint | UnknownReason {
  switch (operator) {
    case '+':
      return BigInt.asIntN(64, a + b);
    case '-':
      return BigInt.asIntN(64, a - b);
    case '*':
      return BigInt.asIntN(64, a * b);
    case '/':
      return b === 0n ? 'malformed' : BigInt.asIntN(64, a / b);
    case '%':
      return b === 0n ? 'malformed' : a % b;
    case '**':
      return b < 0n || b > 64n ? 'not-evaluated' : BigInt.asIntN(64, a ** b);
    case '<<':
      return b < 0n || b > 63n ? 'not-evaluated' : BigInt.asIntN(64, a << b);
    case '>>':
      return b < 0n || b > 63n ? 'not-evaluated' : a >> b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<':
      return truth(a < b);
    case '<=':
      return truth(a <= b);
    case '>':
      return truth(a > b);
    case '>=':
      return truth(a >= b);
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    default:
      return 'not-evaluated';
  }
}

function assign(state: State, target: Arithmetic, value: bigint | UnknownReason, at: Range): void {
  if (target.kind === 'element') state.set(target.name, { kind: 'unknown', why: 'not-evaluated' });
  if (target.kind !== 'name') return;
  if (typeof value !== 'bigint') {
    state.set(target.name, { kind: 'unknown', why: value });
    return;
  }
  const fragment = computedFragment(value.toString(), at, false);
  state.set(target.name, { kind: 'scalar', parts: [{ fragment, definition: at }] });
}

/** Assignments that may or may not be made. */
function forget(state: State, node: Arithmetic): void {
  for (const name of namesAssignedIn(node)) state.set(name, { kind: 'unknown', why: 'not-evaluated' });
}
