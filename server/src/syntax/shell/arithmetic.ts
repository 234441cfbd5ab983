import type * as unbash from 'unbash';
import { parseInteger } from './integer.ts';
import type { Source } from './source.ts';
import type { Arithmetic, WordPart } from './tree.ts';
import { convertWord } from './words.ts';

/** Converts an arithmetic expression; none where the parser could not make one out. */
export function convertArithmetic(source: Source, node: unbash.ArithmeticExpression | undefined): Arithmetic {
  return (node && source.nested(() => convertExpression(source, node))) ?? { kind: 'unknown' };
}

function convertExpression(source: Source, node: unbash.ArithmeticExpression): Arithmetic {
  const convert = (child: unbash.ArithmeticExpression) => convertArithmetic(source, child);
  switch (node.type) {
    case 'ArithmeticBinary':
      return {
        kind: 'binary',
        operator: node.operator,
        left: convert(node.left),
        right: convert(node.right),
      };
    case 'ArithmeticUnary':
      return { kind: 'unary', operator: node.operator, prefix: node.prefix, operand: convert(node.operand) };
    case 'ArithmeticTernary':
      return {
        kind: 'ternary',
        test: convert(node.test),
        consequent: convert(node.consequent),
        alternate: convert(node.alternate),
      };
    case 'ArithmeticGroup':
      return convert(node.expression);
    case 'ArithmeticWord':
      return convertOperand(source, node);
    case 'ArithmeticCommandExpansion':
      return { kind: 'word', word: substitution(source, node) };
  }
}

function convertOperand(source: Source, node: unbash.ArithmeticWord): Arithmetic {
  const name = /^\$?([A-Za-z_]\w*)$|^\$(\d)$/.exec(node.value);
  if (name) return { kind: 'name', name: (name[1] ?? name[2])! };
  const element = /^([A-Za-z_]\w*)\[/.exec(node.value);
  if (element) return { kind: 'element', name: element[1]! };
  const value = parseInteger(node.value);
  if (value !== undefined) return { kind: 'number', value };
  const { value: text, pos, end, parts } = node;
  if (!parts) return { kind: 'unknown' };
  return { kind: 'word', word: convertWord(source, { type: 'Word', text, value: text, pos, end, parts }) };
}

function substitution(source: Source, node: unbash.ArithmeticCommandExpansion) {
  const range = source.range(node.pos, node.end);
  const parts: WordPart[] = [{ kind: 'substitution', range, quoted: true }];
  return { kind: 'word' as const, range, parts };
}
