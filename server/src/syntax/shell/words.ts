import type * as unbash from 'unbash';
import { ansiCRuns } from './ansiC.ts';
import { convertArithmetic } from './arithmetic.ts';
import type { Source } from './source.ts';
import type { Operation, ShellQuoting, ShellWord, TextPart, VariablePart, WordPart } from './tree.ts';

const COMMENT_ONLY = /^`\s*(?:#[^`]*)?`$/;

const ESCAPABLE_IN_DOUBLE_QUOTES = '$`"\\';

/** Converts a word of the parser; `quoting` is what holds around it, as in the operand of `"${a:-…}"`. */
export function convertWord(source: Source, word: unbash.Word, quoting: ShellQuoting = 'bare'): ShellWord {
  const end = trimContinuation(source.parsed, word.pos, word.end);
  const range = source.range(word.pos, end);
  const children = word.parts;
  // Escapes count: `\ #` is a word with a `#` in it.
  if (children || word.text.includes('\\')) source.markOpaque(word.pos, end);
  const parts = source.nested(() => {
    const converter = new PartConverter(source);
    if (!children) converter.literal(word.pos, end, quoting);
    for (const part of children ?? []) converter.part(part, quoting, end);
    return converter.parts;
  });
  return { kind: 'word', range, parts: parts ?? [{ kind: 'other', range, quoted: quoting === 'double' }] };
}

/** The parser counts a continuation that follows a word as part of it; nobody who reads the word does. */
function trimContinuation(text: string, start: number, end: number): number {
  let at = end;
  while (at - start >= 2 && text[at - 1] === '\n' && text[at - 2] === '\\') {
    let backslashes = 1;
    while (at - 2 - backslashes >= start && text[at - 2 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) break;
    at -= 2;
  }
  return at;
}

class PartConverter {
  readonly parts: WordPart[] = [];
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  part(node: unbash.WordPart, quoting: ShellQuoting, limit: number): void {
    const quoted = quoting === 'double';
    switch (node.type) {
      case 'Literal':
        this.literal(node.pos, Math.min(node.end, limit), quoting);
        break;
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        this.#withGaps(node, quoting, limit);
        break;
      case 'SingleQuoted':
        this.#source.markDelimited(node.pos, node.end, "'");
        this.#source.verbatim.push(this.#range(node));
        this.#text(node.pos + 1, this.#closed(node.pos + 1, node.end, "'"), 'single');
        break;
      case 'AnsiCQuoted':
        this.#source.markDelimited(node.pos + 1, node.end, "'");
        this.#ansiC(node.pos + 2, this.#closed(node.pos + 2, node.end, "'"));
        break;
      case 'DoubleQuoted':
      case 'LocaleString': {
        const open = node.type === 'DoubleQuoted' ? node.pos : node.pos + 1;
        this.#source.markDelimited(open, node.end, '"');
        if (node.parts.length === 0) this.#text(open + 1, this.#closed(open + 1, node.end, '"'), 'double');
        for (const inner of node.parts) this.part(inner, 'double', limit);
        break;
      }
      case 'SimpleExpansion':
        this.parts.push({ kind: 'variable', range: this.#range(node), name: node.text.slice(1), quoted });
        break;
      case 'ParameterExpansion':
        this.#source.markDelimited(node.pos, node.end, '}');
        this.parts.push(this.#parameter(node, quoted));
        break;
      case 'ArithmeticExpansion':
        this.#source.arithmetic.push(this.#range(node));
        this.parts.push({
          kind: 'arithmetic',
          range: this.#range(node),
          quoted,
          expression: convertArithmetic(this.#source, node.expression),
        });
        break;
      case 'CommandExpansion':
        // `\`# why\`` between options is how people comment inside a continued command: it comes to nothing.
        if (COMMENT_ONLY.test(node.text)) break;
        this.parts.push({ kind: 'substitution', range: this.#range(node), quoted });
        break;
      case 'ProcessSubstitution':
        this.parts.push({ kind: 'substitution', range: this.#range(node), quoted: true });
        break;
    }
  }

  /** A run of source with backslashes in it: plain runs, and one part for each escaped character. */
  literal(start: number, end: number, quoting: ShellQuoting): void {
    const text = this.#source.parsed.slice(start, end);
    let run = 0;
    let i = quoting === 'single' ? -1 : text.indexOf('\\');
    while (i >= 0) {
      const next = text[i + 1] ?? '';
      const continuation = next === '\n';
      if (
        continuation ||
        (next !== '' && (quoting === 'bare' || ESCAPABLE_IN_DOUBLE_QUOTES.includes(next)))
      ) {
        if (i > run) this.#text(start + run, start + i, quoting);
        if (!continuation) this.#text(start + i, start + i + 2, quoting, next);
        run = i + 2;
      }
      i = text.indexOf('\\', i + 2);
    }
    // An empty run is kept where it is all there is: an empty value has a place too.
    if (run < text.length || (start === end && this.parts.length === 0)) {
      this.#text(start + run, end, quoting);
    }
  }

  /** Glob characters and braces are text to us, but there may be quotes and variables between them. */
  #withGaps(
    node: { pos: number; end: number; parts?: readonly unbash.WordPart[] | undefined },
    quoting: ShellQuoting,
    limit: number,
  ): void {
    const end = Math.min(node.end, limit);
    let at = node.pos;
    for (const part of node.parts ?? []) {
      if (part.pos > at) this.literal(at, part.pos, quoting);
      this.part(part, quoting, limit);
      at = part.end;
    }
    if (end > at) this.literal(at, end, quoting);
  }

  #ansiC(start: number, end: number): void {
    if (start === end) this.#text(start, end, 'single');
    for (const run of ansiCRuns(this.#source.parsed, start, end)) {
      this.#text(run.start, run.end, 'single', run.escaped ? run.text : undefined);
    }
  }

  #text(start: number, end: number, quoting: ShellQuoting, character?: string): void {
    const range = this.#source.range(start, end);
    // Where a guessed closer ended up among the characters, what stands there is not what would be read.
    if (range.end - range.start !== end - start) {
      this.parts.push({ kind: 'other', range, quoted: quoting !== 'bare' });
      return;
    }
    const text = character ?? this.#source.original.slice(range.start, range.end);
    const escaped = character !== undefined;
    const last = this.parts.at(-1);
    if (last && !escaped && goesOn(last, range.start, quoting)) {
      const joined = { start: last.range.start, end: range.end };
      this.parts[this.parts.length - 1] = { ...last, range: joined, text: last.text + text };
    } else this.parts.push({ kind: 'text', range, text, quoting, escaped });
  }

  #parameter(node: unbash.ParameterExpansionPart, quoted: boolean): VariablePart {
    const { index, operation } = node;
    const around = quoted ? 'double' : 'bare';
    return {
      kind: 'variable',
      range: this.#range(node),
      name: node.parameter,
      quoted,
      ...(index ? { index: index.text === '@' || index.text === '*' ? index.text : this.#word(index) } : {}),
      ...(node.prefix ? { prefix: node.prefix } : {}),
      ...(operation ? { operation: this.#operation(operation, around) } : {}),
    };
  }

  #operation(node: unbash.ParameterOperation, around: ShellQuoting): Operation {
    switch (node.type) {
      case 'Default': {
        const orEmpty = node.operator.startsWith(':');
        if (node.operator.endsWith('?')) return { kind: 'required' };
        const operand = this.#word(node.operand, around);
        if (node.operator.endsWith('+')) return { kind: 'alternative', orEmpty, operand };
        return { kind: 'default', assigns: node.operator.endsWith('='), orEmpty, operand };
      }
      case 'Remove':
        return {
          kind: 'remove',
          from: node.operator.startsWith('#') ? 'start' : 'end',
          longest: node.operator.length === 2,
          pattern: this.#word(node.operand),
        };
      case 'Replace':
        return {
          kind: 'replace',
          where: REPLACE[node.operator],
          pattern: this.#word(node.pattern),
          replacement: this.#word(node.replacement),
        };
      case 'Slice':
        return {
          kind: 'slice',
          offset: this.#word(node.offset),
          ...(node.length ? { length: this.#word(node.length) } : {}),
        };
      case 'CaseModification':
        if (node.operand) return { kind: 'other' };
        return {
          kind: 'case',
          to: node.operator.startsWith('^') ? 'upper' : 'lower',
          all: node.operator.length === 2,
        };
      default:
        return { kind: 'other' };
    }
  }

  #word(node: unbash.Word, quoting: ShellQuoting = 'bare'): ShellWord {
    return convertWord(this.#source, node, quoting);
  }

  /** Where the inside of quotes ends: before the closing quote, or at the very end where it is missing. */
  #closed(start: number, end: number, quote: string): number {
    return end > start && this.#source.parsed[end - 1] === quote ? end - 1 : Math.max(start, end);
  }

  #range(node: { pos: number; end: number }) {
    return this.#source.range(node.pos, node.end);
  }
}

/** The parser sets glob characters and braces apart; to us they are characters of one run. */
const goesOn = (last: WordPart, at: number, quoting: ShellQuoting): last is TextPart =>
  last.kind === 'text' && !last.escaped && last.quoting === quoting && last.range.end === at;

const REPLACE = { '/': 'first', '//': 'all', '/#': 'start', '/%': 'end' } as const;
