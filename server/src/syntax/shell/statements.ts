import type * as unbash from 'unbash';
import type { Range } from '../../text/span.ts';
import { convertArithmetic } from './arithmetic.ts';
import type { Source } from './source.ts';
import type {
  Arithmetic,
  ArrayLiteral,
  Assignment,
  Command,
  FunctionDefinition,
  IfCommand,
  Redirect,
  ShellWord,
  SimpleCommand,
  Statement,
} from './tree.ts';
import { convertWord } from './words.ts';

/** How deep compound commands may nest before their inside is left out. */
const MAX_DEPTH = 80;

/** Converts statements of the parser, in their order. */
export function convertStatements(source: Source, statements: readonly unbash.Statement[]): Statement[] {
  return new StatementConverter(source).list(statements);
}

class StatementConverter {
  readonly #source: Source;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  list(statements: readonly unbash.Statement[]): Statement[] {
    if (this.#depth > MAX_DEPTH) return [];
    this.#depth++;
    const converted = statements.map((statement) => ({
      range: this.#range(statement),
      command: this.#command(statement.command),
      background: statement.background === true,
    }));
    this.#depth--;
    return converted;
  }

  #command(node: unbash.CommandNode | unbash.PipelineNode | unbash.AndOr): Command {
    const range = this.#range(node);
    switch (node.type) {
      case 'Command':
        return this.#simple(node);
      case 'Pipeline':
        return { kind: 'pipeline', range, commands: node.commands.map((child) => this.#command(child)) };
      case 'AndOr':
        return { kind: 'and-or', range, commands: node.commands.map((child) => this.#command(child)) };
      case 'Redirected':
        for (const redirect of node.redirects) this.#redirect(redirect);
        return this.#command(node.command);
      case 'If':
        return this.#if(node, range);
      case 'For':
        return {
          kind: 'for',
          range,
          name: node.name.text,
          ...(node.wordlist ? { words: this.#words(node.wordlist) } : {}),
          body: this.list(node.body.commands),
        };
      case 'While':
        return {
          kind: 'loop',
          range,
          condition: this.list(node.clause.commands),
          header: [],
          body: this.list(node.body.commands),
        };
      case 'ArithmeticFor':
        return {
          kind: 'loop',
          range,
          condition: [],
          header: this.#header(node),
          body: this.list(node.body.commands),
        };
      case 'Select':
        this.#words(node.wordlist ?? []);
        return {
          kind: 'loop',
          range,
          condition: [],
          header: [],
          name: node.name.text,
          body: this.list(node.body.commands),
        };
      case 'Case':
        return {
          kind: 'case',
          range,
          word: convertWord(this.#source, node.word),
          items: node.items.map((item) => ({
            patterns: this.#words(item.pattern),
            body: this.list(item.body.commands),
            fallsThrough: item.terminator === ';&' || item.terminator === ';;&',
          })),
        };
      case 'Function': {
        const definition: FunctionDefinition = {
          kind: 'function',
          range,
          name: node.name.value,
          body: this.#body(node.body),
        };
        this.#source.functions.push(definition);
        return definition;
      }
      case 'Coproc':
        return { kind: 'group', range, subshell: true, body: this.#body(node.body) };
      case 'Subshell':
      case 'BraceGroup':
        return {
          kind: 'group',
          range,
          subshell: node.type === 'Subshell',
          body: this.list(node.body.commands),
        };
      case 'ArithmeticCommand':
        this.#source.markOpaque(node.pos, node.end);
        this.#source.arithmetic.push(range);
        return {
          kind: 'arithmetic-command',
          range,
          expression: convertArithmetic(this.#source, node.expression),
        };
      case 'TestCommand':
        this.#source.markOpaque(node.pos, node.end);
        return { kind: 'test', range };
    }
  }

  /** The body of a function or coprocess: the statements of its braces, or its one command. */
  #body(node: unbash.Function['body'] | unbash.Coproc['body']): Statement[] {
    if (node.type === 'BraceGroup' || node.type === 'CompoundList') {
      return this.list(node.type === 'BraceGroup' ? node.body.commands : node.commands);
    }
    if (this.#depth > MAX_DEPTH) return [];
    this.#depth++;
    const command = this.#command(node);
    this.#depth--;
    return [{ range: command.range, command, background: false }];
  }

  #if(node: unbash.If, range: Range): IfCommand {
    const branches = [node, ...node.elif].map((branch) => ({
      condition: this.list(branch.clause.commands),
      body: this.list(branch.then.commands),
    }));
    return {
      kind: 'if',
      range,
      branches,
      ...(node.else ? { otherwise: this.list(node.else.commands) } : {}),
    };
  }

  #header(node: unbash.ArithmeticFor): Arithmetic[] {
    const out: Arithmetic[] = [];
    for (const expression of [node.initialize, node.test, node.update]) {
      if (!expression) continue;
      this.#source.markOpaque(expression.pos, expression.end);
      this.#source.arithmetic.push(this.#range(expression));
      out.push(convertArithmetic(this.#source, expression));
    }
    return out;
  }

  #simple(node: unbash.Command): SimpleCommand {
    const assignments: Assignment[] = [];
    const words: (ShellWord | Assignment)[] = [];
    const redirects: Redirect[] = [];
    if (node.name) words.push(convertWord(this.#source, node.name));
    for (const item of node.prefix) {
      if (item.type === 'Assignment') assignments.push(this.#assignment(item));
      else redirects.push(this.#redirect(item));
    }
    for (const item of node.suffix) {
      if (item.type === 'Word') words.push(convertWord(this.#source, item));
      else if (item.type === 'Assignment') words.push(this.#assignment(item));
      else redirects.push(this.#redirect(item));
    }
    const { start } = this.#range(node);
    const end = Math.max(lastEnd(assignments, start), lastEnd(words, start), lastEnd(redirects, start));
    const command: SimpleCommand = {
      kind: 'simple',
      range: { start, end },
      assignments,
      words,
      redirects,
    };
    this.#source.commands.push(command);
    return command;
  }

  #assignment(node: unbash.Assignment): Assignment {
    const value = this.#value(node.value);
    const assignment: Assignment = {
      kind: 'assignment',
      range: { start: this.#range(node).start, end: value.range.end },
      name: node.name,
      ...(node.index ? { index: convertWord(this.#source, node.index) } : {}),
      append: node.append === true,
      value,
    };
    this.#source.assignments.push(assignment);
    return assignment;
  }

  #value(node: unbash.Assignment['value']): ShellWord | ArrayLiteral {
    if (node.type === 'Word') return convertWord(this.#source, node);
    return { kind: 'array', range: this.#range(node), elements: this.#words(node.elements) };
  }

  #redirect(node: unbash.Redirection): Redirect {
    const range = this.#range(node);
    if (node.type !== 'HereDoc') {
      const target = node.target && convertWord(this.#source, node.target);
      return { operator: node.operator, range, ...(target ? { target } : {}) };
    }
    this.#source.markOpaque(node.body.pos, node.body.end);
    if (!node.closing && node.delimiter) {
      const { value: delimiter } = node.delimiter;
      this.#source.openDocuments.push({ start: node.pos, body: node.body.pos, delimiter });
    }
    if (node.delimiter?.quoted) this.#source.verbatim.push(this.#range(node.body));
    return { operator: node.operator, range };
  }

  #words(nodes: readonly unbash.Word[]): ShellWord[] {
    return nodes.map((node) => convertWord(this.#source, node));
  }

  #range(node: { pos: number; end: number }): Range {
    return this.#source.range(node.pos, node.end);
  }
}

/** Where the last of some parts ends; `start` where there is none. */
function lastEnd(parts: readonly { readonly range: Range }[], start: number): number {
  let last = start;
  for (const { range } of parts) last = Math.max(last, range.end);
  return last;
}
