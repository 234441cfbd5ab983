import type { Range } from '../../text/span.ts';

/**
 * A shell script as VirtLens reads it: our own small tree, so that the parser behind it can change. Every range
 * is one of the ORIGINAL text, also where the text had to be repaired before it could be parsed.
 */
export interface ShellTree {
  readonly statements: readonly Statement[];
  readonly comments: readonly ShellComment[];
  /** What the shell would complain about. */
  readonly problems: readonly ShellProblem[];
  /** Where quotes or brackets were guessed: nothing may be called an error for a word inside. */
  readonly repairedRegions: readonly Range[];
  /** Every simple command, assignment and function, wherever in the tree it stands. */
  readonly commands: readonly SimpleCommand[];
  readonly assignments: readonly Assignment[];
  readonly functions: readonly FunctionDefinition[];
  /** Single quotes and quoted here-documents: no `$` expands inside. */
  readonly verbatim: readonly Range[];
  /** `$(( … ))`, `(( … ))`: names are expanded here without a `$`. */
  readonly arithmetic: readonly Range[];
}

export interface ShellComment {
  /** From the `#` to the end of the line, without the line break. */
  readonly range: Range;
  readonly text: string;
}

export interface ShellProblem {
  readonly range: Range;
  readonly message: string;
}

export interface Statement {
  readonly range: Range;
  readonly command: Command;
  /** Ends with `&`. */
  readonly background: boolean;
}

export type Command =
  | SimpleCommand
  | Pipeline
  | AndOrList
  | IfCommand
  | ForCommand
  | LoopCommand
  | CaseCommand
  | FunctionDefinition
  | GroupCommand
  | ArithmeticCommand
  | TestCommand;

/** Assignments, a name and its arguments, redirections. */
export interface SimpleCommand {
  readonly kind: 'simple';
  /** From the first assignment to the last word or redirection. */
  readonly range: Range;
  readonly assignments: readonly Assignment[];
  /** The name first. Assignments stand among the words of `export`, `local` and their like only. */
  readonly words: readonly (ShellWord | Assignment)[];
  readonly redirects: readonly Redirect[];
}

export interface Assignment {
  readonly kind: 'assignment';
  readonly range: Range;
  readonly name: string;
  readonly index?: ShellWord;
  /** `+=` */
  readonly append: boolean;
  readonly value: ShellWord | ArrayLiteral;
}

export interface ArrayLiteral {
  readonly kind: 'array';
  readonly range: Range;
  readonly elements: readonly ShellWord[];
}

export interface Redirect {
  readonly operator: string;
  readonly range: Range;
  readonly target?: ShellWord;
}

/** Two or more commands joined by `|`, or one behind `!` or `time`. */
export interface Pipeline {
  readonly kind: 'pipeline';
  readonly range: Range;
  readonly commands: readonly Command[];
}

export interface AndOrList {
  readonly kind: 'and-or';
  readonly range: Range;
  readonly commands: readonly Command[];
}

export interface IfCommand {
  readonly kind: 'if';
  readonly range: Range;
  /** The `if` and its `elif`s. */
  readonly branches: readonly {
    readonly condition: readonly Statement[];
    readonly body: readonly Statement[];
  }[];
  readonly otherwise?: readonly Statement[];
}

/** `for NAME in WORDS`; without words it walks over the positional parameters. */
export interface ForCommand {
  readonly kind: 'for';
  readonly range: Range;
  readonly name: string;
  readonly words?: readonly ShellWord[];
  readonly body: readonly Statement[];
}

/** `while`, `until`, `for (( … ))` and `select`: loops whose number of rounds is not known. */
export interface LoopCommand {
  readonly kind: 'loop';
  readonly range: Range;
  readonly condition: readonly Statement[];
  readonly header: readonly Arithmetic[];
  /** The variable of a `select`. */
  readonly name?: string;
  readonly body: readonly Statement[];
}

export interface CaseCommand {
  readonly kind: 'case';
  readonly range: Range;
  readonly word: ShellWord;
  readonly items: readonly CaseItem[];
}

export interface CaseItem {
  readonly patterns: readonly ShellWord[];
  readonly body: readonly Statement[];
  /** Ends with `;&` or `;;&`, so that the next item may run too. */
  readonly fallsThrough: boolean;
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly range: Range;
  readonly name: string;
  readonly body: readonly Statement[];
}

/** `{ … }`, or `( … )` and a coprocess, whose assignments stay inside. */
export interface GroupCommand {
  readonly kind: 'group';
  readonly range: Range;
  readonly subshell: boolean;
  readonly body: readonly Statement[];
}

/** `(( … ))` */
export interface ArithmeticCommand {
  readonly kind: 'arithmetic-command';
  readonly range: Range;
  readonly expression: Arithmetic;
}

/** `[[ … ]]`: it assigns nothing that matters here, so that its inside stays text. */
export interface TestCommand {
  readonly kind: 'test';
  readonly range: Range;
}

export interface ShellWord {
  readonly kind: 'word';
  readonly range: Range;
  readonly parts: readonly WordPart[];
}

export type WordPart = TextPart | VariablePart | ArithmeticPart | SubstitutionPart | OtherPart;

export type ShellQuoting = 'bare' | 'single' | 'double';

/** Characters that the shell hands on. A backslash before a line break stands in no part. */
export interface TextPart {
  readonly kind: 'text';
  /** The characters themselves, without the quotes around them. */
  readonly range: Range;
  readonly text: string;
  readonly quoting: ShellQuoting;
  /** One character that is written as several: `\,` or `$'\n'`. */
  readonly escaped: boolean;
}

/** `$NAME`, `${NAME[…]…}`, `$@`, `$1`. */
export interface VariablePart {
  readonly kind: 'variable';
  readonly range: Range;
  readonly name: string;
  /** Stands in double quotes: its value is not split into words. */
  readonly quoted: boolean;
  readonly index?: '@' | '*' | ShellWord;
  /** `${#NAME}` or `${!NAME}`. */
  readonly prefix?: '#' | '!';
  readonly operation?: Operation;
}

export type Operation =
  | {
      readonly kind: 'default';
      readonly assigns: boolean;
      readonly orEmpty: boolean;
      readonly operand: ShellWord;
    }
  | { readonly kind: 'alternative'; readonly orEmpty: boolean; readonly operand: ShellWord }
  | { readonly kind: 'required' }
  | {
      readonly kind: 'remove';
      readonly from: 'start' | 'end';
      readonly longest: boolean;
      readonly pattern: ShellWord;
    }
  | {
      readonly kind: 'replace';
      readonly where: 'first' | 'all' | 'start' | 'end';
      readonly pattern: ShellWord;
      readonly replacement: ShellWord;
    }
  | { readonly kind: 'slice'; readonly offset: ShellWord; readonly length?: ShellWord }
  | { readonly kind: 'case'; readonly to: 'upper' | 'lower'; readonly all: boolean }
  | { readonly kind: 'other' };

export interface ArithmeticPart {
  readonly kind: 'arithmetic';
  readonly range: Range;
  readonly quoted: boolean;
  readonly expression: Arithmetic;
}

/** `$( … )`, backticks or `<( … )`: what it prints cannot be known. */
export interface SubstitutionPart {
  readonly kind: 'substitution';
  readonly range: Range;
  /** True in double quotes, and for `<( … )`, which is one word in any case. */
  readonly quoted: boolean;
}

/** Something that is not understood. */
export interface OtherPart {
  readonly kind: 'other';
  readonly range: Range;
  readonly quoted: boolean;
}

export type Arithmetic =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'name'; readonly name: string }
  /** `a[i]`: only that it may be assigned matters. */
  | { readonly kind: 'element'; readonly name: string }
  | { readonly kind: 'word'; readonly word: ShellWord }
  | {
      readonly kind: 'unary';
      readonly operator: string;
      readonly prefix: boolean;
      readonly operand: Arithmetic;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Arithmetic;
      readonly right: Arithmetic;
    }
  | {
      readonly kind: 'ternary';
      readonly test: Arithmetic;
      readonly consequent: Arithmetic;
      readonly alternate: Arithmetic;
    }
  | { readonly kind: 'unknown' };
