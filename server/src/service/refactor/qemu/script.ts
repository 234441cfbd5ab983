import type { Document } from '../../../dialects/document.ts';
import { parseShell } from '../../../syntax/shell/parse.ts';
import type { Command, ShellTree, Statement } from '../../../syntax/shell/tree.ts';
import { contains, type Range } from '../../../text/span.ts';
import { oncePer } from '../../../values/oncePer.ts';

/** The script as a tree; a document keeps only what its commands come to. */
export const scriptOf = oncePer((document: Document): ShellTree => parseShell(document.text));

/** Where lines can be put in above a command. */
export interface LineAbove {
  /** Behind the indentation, right before the statement. */
  readonly at: number;
  readonly indent: string;
}

/** The place above the innermost statement around a range that is the first thing on its line. */
export function lineAbove(document: Document, range: Range): LineAbove | undefined {
  let found: LineAbove | undefined;
  for (const statement of statementsIn(scriptOf(document).statements)) {
    if (!contains(statement.range, range)) continue;
    const indent = indentOf(document.text, statement.range.start);
    if (indent !== undefined) found = { at: statement.range.start, indent };
  }
  return found;
}

/** The blanks before an offset, where nothing else stands before it on its line. */
function indentOf(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The blanks that the line of an offset begins with. */
export const lineIndent = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))![0];

/** Statements before those that stand in them. */
function* statementsIn(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    yield* statementsOf(statement.command);
  }
}

function* statementsOf(command: Command): Generator<Statement> {
  switch (command.kind) {
    case 'pipeline':
    case 'and-or':
      for (const part of command.commands) yield* statementsOf(part);
      break;
    case 'if':
      for (const { condition, body } of command.branches) {
        yield* statementsIn(condition);
        yield* statementsIn(body);
      }
      yield* statementsIn(command.otherwise ?? []);
      break;
    case 'loop':
      yield* statementsIn(command.condition);
      yield* statementsIn(command.body);
      break;
    case 'for':
    case 'function':
    case 'group':
      yield* statementsIn(command.body);
      break;
    case 'case':
      for (const { body } of command.items) yield* statementsIn(body);
      break;
  }
}

/** A name of a variable that the script does not speak of yet. */
export function freeName(text: string, wanted: string): string {
  const isTaken = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}_${i}`;
    if (!isTaken(name)) return name;
  }
}
