import type { ShellTree, SimpleCommand } from '../../syntax/shell/tree.ts';
import type { Range } from '../../text/span.ts';
import type { BrokenContinuation } from './invocation.ts';

export interface Continuation {
  readonly broken: readonly BrokenContinuation[];
  /** What the mistake passes on as an argument: an escaped blank or carriage return. */
  readonly stray?: Range;
}

interface Break {
  readonly kind: BrokenContinuation['kind'];
  readonly range: Range;
  readonly stray?: Range;
  /** The command that the shell makes of the lines below. */
  readonly next: SimpleCommand;
}

const INTACT: Continuation = { broken: [] };

/** Finds the mistakes after which the shell takes the options of a command for commands of their own. */
export class ContinuationReader {
  readonly #text: string;
  readonly #tree: ShellTree;
  #byStart: Map<number, SimpleCommand> | undefined;

  constructor(text: string, tree: ShellTree) {
    this.#text = text;
    this.#tree = tree;
  }

  read(command: SimpleCommand): Continuation {
    const first = this.#breakAfter(command);
    if (!first) return INTACT;
    const chain = [first];
    for (let next = this.#breakAfter(first.next); next; next = this.#breakAfter(next.next)) chain.push(next);
    const end = this.#end(chain.at(-1)!.next);
    const broken = chain.flatMap(({ kind, range, next }, i): BrokenContinuation[] => {
      // In a file with carriage returns every line makes the same mistake: it is one.
      if (i > 0 && kind === 'carriage-return' && chain[0]!.kind === kind) return [];
      const lostOptions = chain.slice(i).reduce((sum, lost) => sum + this.#optionsIn(lost.next), 0);
      return [{ kind, range, lost: { start: next.range.start, end }, lostOptions }];
    });
    return { broken, ...(first.stray ? { stray: first.stray } : {}) };
  }

  #breakAfter(command: SimpleCommand): Break | undefined {
    const found = this.#strayWord(command) ?? this.#endOfLines(command);
    const next = found && this.#optionsBelow(found.range.end);
    return next && { ...found, next };
  }

  /** `\` with a blank or a carriage return behind it: the shell passes that on, and the line ends the command. */
  #strayWord(command: SimpleCommand): Omit<Break, 'next'> | undefined {
    const last = command.words.at(-1);
    const part = last?.kind === 'word' ? last.parts.at(-1) : undefined;
    if (part?.kind !== 'text' || !part.escaped || part.range.end !== command.range.end) return undefined;
    const { start } = part.range;
    const rest = /\\[ \t\r]+(?=\n)/y;
    rest.lastIndex = start;
    const match = rest.exec(this.#text);
    if (!match) return undefined;
    const kind = this.#text[start + 1] === '\r' ? 'carriage-return' : 'trailing-space';
    return { kind, range: { start, end: start + match[0].length }, stray: part.range };
  }

  /** A continuation that goes on into a comment or an empty line, or that stands in a comment. */
  #endOfLines(command: SimpleCommand): Omit<Break, 'next'> | undefined {
    const text = this.#text;
    const continuation = /(?:[ \t]*\\\n)*[ \t]*/y;
    continuation.lastIndex = command.range.end;
    const lines = continuation.exec(text)![0];
    const at = command.range.end + lines.length;
    const backslash = lines.lastIndexOf('\\');
    if (text[at] === '#' && lines !== '') {
      const end = lineEnd(text, at);
      if (backslash < 0 && text[end - 1] !== '\\') return undefined;
      return { kind: 'comment', range: { start: at, end } };
    }
    if (text[at] !== '\n' || backslash < 0) return undefined;
    const start = command.range.end + backslash;
    return { kind: 'blank-line', range: { start, end: start + 1 } };
  }

  /** The next line that is neither empty nor a comment, where it begins with an option. */
  #optionsBelow(from: number): SimpleCommand | undefined {
    const below = /[^\n]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?=--?[A-Za-z])/y;
    below.lastIndex = from;
    const match = below.exec(this.#text);
    if (!match) return undefined;
    this.#byStart ??= new Map(this.#tree.commands.map((command) => [command.range.start, command]));
    return this.#byStart.get(from + match[0].length);
  }

  #optionsIn({ words }: SimpleCommand): number {
    return words.filter(({ range }) => /^--?[A-Za-z]/.test(this.#text.slice(range.start, range.start + 3)))
      .length;
  }

  /** The end of the last word that is more than an escaped blank. */
  #end(command: SimpleCommand): number {
    const stray = this.#strayWord(command)?.stray;
    if (!stray) return command.range.end;
    const before = this.#text.slice(command.range.start, stray.start).trimEnd();
    return command.range.start + before.length;
  }
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}
