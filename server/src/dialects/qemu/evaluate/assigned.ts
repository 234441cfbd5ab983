import type {
  Arithmetic,
  Assignment,
  Command,
  FunctionDefinition,
  ShellWord,
  Statement,
  WordPart,
} from '../../../syntax/shell/tree.ts';
import { type BuiltinNames, namesSetByBuiltin } from './builtinNames.ts';

/**
 * How a piece of script changes a variable: sets it to something else, adds to it, or adds words to it, where a
 * blank comes first.
 */
export type Change = 'set' | 'append' | 'append-words';

/** Finds out what a loop that runs an unknown number of times may do to the variables. */
export class AssignedNames {
  readonly changes = new Map<string, Change>();
  /** Runs a script that is not here, which may do anything. */
  everything = false;
  readonly #functions: ReadonlyMap<string, readonly FunctionDefinition[]>;
  readonly #entered = new Set<FunctionDefinition>();

  constructor(functions: ReadonlyMap<string, readonly FunctionDefinition[]>) {
    this.#functions = functions;
  }

  addStatements(statements: readonly Statement[]): void {
    for (const { command } of statements) this.#command(command);
  }

  addArithmetic(node: Arithmetic): void {
    for (const name of namesAssignedIn(node)) this.#add(name, 'set');
  }

  addName(name: string): void {
    this.#add(name, 'set');
  }

  #add(name: string, change: Change): void {
    const before = this.changes.get(name);
    if (!before || before === change) this.changes.set(name, change);
    else this.changes.set(name, before === 'set' || change === 'set' ? 'set' : 'append');
  }

  #command(command: Command): void {
    switch (command.kind) {
      case 'simple':
        for (const word of [...command.assignments, ...command.words]) {
          if (word.kind === 'assignment') this.#assignment(word);
          else this.#word(word);
        }
        this.#call(namesSetByBuiltin(command));
        break;
      case 'pipeline':
        // What the parts of a pipeline assign is gone with their subshells.
        if (command.commands.length === 1) this.#command(command.commands[0]!);
        break;
      case 'and-or':
        for (const part of command.commands) this.#command(part);
        break;
      case 'if':
        for (const { condition, body } of command.branches) this.addStatements([...condition, ...body]);
        this.addStatements(command.otherwise ?? []);
        break;
      case 'for':
        this.#add(command.name, 'set');
        this.addStatements(command.body);
        break;
      case 'loop':
        if (command.name) this.#add(command.name, 'set');
        for (const expression of command.header) this.addArithmetic(expression);
        this.addStatements([...command.condition, ...command.body]);
        break;
      case 'case':
        for (const item of command.items) this.addStatements(item.body);
        break;
      case 'group':
        if (!command.subshell) this.addStatements(command.body);
        break;
      case 'arithmetic-command':
        this.addArithmetic(command.expression);
        break;
      case 'function':
      case 'test':
        break;
    }
  }

  #call({ command, names }: BuiltinNames): void {
    for (const name of names) this.#add(name, 'set');
    if (command === 'source' || command === '.' || command === 'eval') this.everything = true;
    for (const definition of (command && this.#functions.get(command)) || []) {
      if (this.#entered.has(definition)) continue;
      this.#entered.add(definition);
      this.addStatements(definition.body);
    }
  }

  #assignment(assignment: Assignment): void {
    const { name, append, value, index } = assignment;
    if (value.kind === 'array') {
      for (const element of value.elements) this.#word(element);
      this.#add(name, append || beginsWithItself(assignment) ? 'append-words' : 'set');
      return;
    }
    this.#word(value);
    if (index) this.#add(name, 'set');
    else if (append) this.#add(name, startsWithBlank(value.parts[0]) ? 'append-words' : 'append');
    else if (!beginsWithItself(assignment)) this.#add(name, 'set');
    else this.#add(name, startsWithBlank(value.parts[1]) ? 'append-words' : 'append');
  }

  #word(word: ShellWord): void {
    for (const part of word.parts) {
      if (part.kind === 'arithmetic') this.addArithmetic(part.expression);
      if (part.kind === 'variable' && part.operation?.kind === 'default' && part.operation.assigns) {
        this.#add(part.name, 'set');
      }
    }
  }
}

const startsWithBlank = (part: WordPart | undefined): boolean =>
  part?.kind === 'text' && /^\s/.test(part.text);

/** `X="$X …"` and `a=("${a[@]}" …)` add to what was there. */
function beginsWithItself({ name, value }: Assignment): boolean {
  const parts = value.kind === 'array' ? value.elements[0]?.parts : value.parts;
  const part = parts?.[0];
  if (part?.kind !== 'variable' || part.name !== name || part.operation || part.prefix) return false;
  return value.kind === 'array' ? parts?.length === 1 && part.index === '@' : part.index === undefined;
}

/** The names that an expression assigns when all of it is evaluated. */
export function namesAssignedIn(node: Arithmetic): string[] {
  switch (node.kind) {
    case 'unary':
      return [
        ...(node.operator === '++' || node.operator === '--' ? target(node.operand) : []),
        ...namesAssignedIn(node.operand),
      ];
    case 'binary':
      return [
        ...(/^(?:<<|>>|[-+*/%&|^])?=$/.test(node.operator) ? target(node.left) : []),
        ...namesAssignedIn(node.left),
        ...namesAssignedIn(node.right),
      ];
    case 'ternary':
      return [node.test, node.consequent, node.alternate].flatMap(namesAssignedIn);
    default:
      return [];
  }
}

const target = (node: Arithmetic): string[] =>
  node.kind === 'name' || node.kind === 'element' ? [node.name] : [];
