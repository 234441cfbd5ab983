import type {
  AndOrList,
  CaseCommand,
  Command,
  ForCommand,
  FunctionDefinition,
  IfCommand,
  LoopCommand,
  ShellTree,
  SimpleCommand,
  Statement,
} from '../../../syntax/shell/tree.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { AssignedNames } from './assigned.ts';
import { assign, elementOf } from './assignment.ts';
import { literalText } from './builtinNames.ts';
import { isBuiltin, runBuiltin } from './builtins.ts';
import { argumentsOf, evaluated, isPure, type Listener, type Literals, nameOf } from './execution.ts';
import { Exits } from './exits.ts';
import type { Field } from './fields.ts';
import { forget } from './forget.ts';
import { Functions } from './functions.ts';
import { rounds } from './loops.ts';
import { mergePaths } from './paths.ts';
import { Run } from './run.ts';
import { anyElements, State } from './state.ts';

/** Words evaluated, over all paths. A script of 1,000 lines takes some thousands. */
const WORK = 15_000;
const MAX_NESTING = 250;
const MAX_CALL_DEPTH = 8;
const MAX_CALLS = 64;

/**
 * Walks through a script without running anything: every branch is taken, literal loops are unrolled, functions
 * are entered. Takes a list of paths in, which it may change, and gives the paths that go on.
 */
export class Interpreter {
  readonly #listener: Listener;
  readonly #run = new Run(WORK);
  readonly #tree: ShellTree;
  readonly #functions: Functions;
  readonly #exits = new Exits();
  #nesting = 0;
  #callDepth = 0;
  #calls = 0;

  constructor(tree: ShellTree, listener: Listener) {
    this.#tree = tree;
    this.#functions = new Functions(tree);
    this.#listener = listener;
  }

  run(): void {
    const start = new State(this.#run, [anyElements('positional')]);
    const ends = this.#list(this.#tree.statements, [start.fork()]);
    const last = ends.length > 0 ? ends : [this.#exits.last ?? start];
    // Functions that are called from where we cannot see are read as if they were called at the end.
    for (let next = this.#functions.nextUncalled(); next; next = this.#functions.nextUncalled()) {
      const states = forked(last);
      for (const state of states) state.enterFunction([anyElements('positional')]);
      this.#body(next, states);
    }
  }

  #list(statements: readonly Statement[], states: State[]): State[] {
    let current = states;
    for (const { command, background } of statements) {
      if (current.length === 0 || this.#run.isSpent) break;
      if (background) this.#exits.apart(() => this.#command(command, forked(current)));
      else current = this.#command(command, current);
    }
    return current;
  }

  #command(command: Command, states: State[]): State[] {
    if (this.#nesting >= MAX_NESTING || states.length === 0) return states;
    this.#nesting++;
    this.#run.spend(states.length);
    const after = this.#dispatch(command, states);
    this.#nesting--;
    return after;
  }

  #dispatch(command: Command, states: State[]): State[] {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, states);
      case 'pipeline':
        if (command.commands.length === 1) return this.#command(command.commands[0]!, states);
        for (const part of command.commands) this.#exits.apart(() => this.#command(part, forked(states)));
        return states;
      case 'and-or':
        return this.#andOr(command, states);
      case 'if':
        return this.#if(command, states);
      case 'for':
        return this.#for(command, states);
      case 'loop':
        return this.#loop(command, states);
      case 'case':
        return this.#case(command, states);
      case 'group':
        if (!command.subshell) return this.#list(command.body, states);
        this.#exits.apart(() => this.#list(command.body, forked(states)));
        return states;
      case 'arithmetic-command':
        for (const state of states) evaluateArithmetic(state, command.expression, command.range);
        return states;
      case 'function':
        for (const state of states) state.set(`${command.name}()`, { kind: 'function', definition: command });
        return states;
      case 'test':
        return states;
    }
  }

  #andOr({ commands }: AndOrList, states: State[]): State[] {
    const [first, ...others] = commands;
    let current = first ? this.#command(first, states) : states;
    // Whether the next one runs is not asked: both ways are followed.
    for (const command of others) {
      current = mergePaths([...this.#command(command, forked(current)), ...current]);
    }
    return current;
  }

  #if({ branches, otherwise }: IfCommand, states: State[]): State[] {
    let pending = states;
    const after: State[] = [];
    for (const { condition, body } of branches) {
      pending = this.#list(condition, pending);
      after.push(...this.#list(body, forked(pending)));
    }
    after.push(...(otherwise ? this.#list(otherwise, pending) : pending));
    return mergePaths(after);
  }

  #case({ items }: CaseCommand, states: State[]): State[] {
    const after: State[] = [];
    let carried: State[] = [];
    for (const { body, fallsThrough } of items) {
      const ends = this.#list(body, mergePaths([...forked(states), ...carried]));
      carried = fallsThrough ? ends : [];
      if (!fallsThrough) after.push(...ends);
    }
    const isExhaustive = items.some(({ patterns }) =>
      patterns.some((pattern) => literalText(pattern) === '*'),
    );
    return mergePaths([...after, ...carried, ...(isExhaustive ? [] : states)]);
  }

  #for(command: ForCommand, states: State[]): State[] {
    const elements = rounds(states, command);
    if (!elements) return this.#loop({ ...command, kind: 'loop', condition: [], header: [] }, states);
    const outerRound = this.#run.round;
    const breaks: State[] = [];
    let current = states;
    for (const [round, element] of elements.entries()) {
      this.#run.round = round;
      for (const state of current) state.set(command.name, { kind: 'scalar', parts: element.parts });
      current = mergePaths(this.#exits.round(breaks, () => this.#list(command.body, current)));
    }
    this.#run.round = outerRound;
    return mergePaths([...current, ...breaks]);
  }

  /** The body of a loop is read once, with everything unknown that some round of it may have changed. */
  #loop(loop: LoopCommand, states: State[]): State[] {
    const names = new AssignedNames(this.#functions.byName);
    if (loop.name) names.addName(loop.name);
    for (const expression of loop.header) names.addArithmetic(expression);
    names.addStatements([...loop.condition, ...loop.body]);
    for (const state of states) forget(state, names);
    this.#exits.round([], () => this.#list(loop.body, this.#list(loop.condition, forked(states))));
    return mergePaths(states);
  }

  #simple(command: SimpleCommand, states: State[]): State[] {
    if (this.#isIrrelevant(command)) return states;
    this.#run.isForked = states.length > 1;
    if (command.words.length === 0) {
      for (const state of states) for (const assignment of command.assignments) assign(state, assignment);
      return states;
    }
    const after: State[] = [];
    const paths: (readonly Field[])[] = [];
    const calls = new Map<FunctionDefinition, Call[]>();
    const literals: Literals | undefined = states.length > 1 ? new Map() : undefined;
    for (const state of states) {
      const fields = argumentsOf(state, command, literals);
      const name = nameOf(fields);
      if (name !== undefined && this.#functions.has(name)) {
        for (const definition of this.#functions.definitionsOf(name, state)) {
          const call = { state: state.fork(), args: fields.slice(1) };
          calls.set(definition, [...(calls.get(definition) ?? []), call]);
        }
      } else if (name !== undefined && isBuiltin(name)) {
        const inner = name === 'eval' ? evaluated(state, fields.slice(1)) : [];
        if (inner.length > 0) paths.push(inner);
        after.push(...this.#exits.leave(runBuiltin(state, name, command, fields.slice(1)), state));
      } else {
        if (fields.length > 0) paths.push(fields);
        if (name === 'exec' && fields.length > 1) this.#exits.end(state);
        else after.push(state);
      }
    }
    if (paths.length > 0) this.#listener.onCommand({ command, paths });
    if (calls.size === 0) return after;
    for (const [definition, waiting] of calls) after.push(...this.#call(definition, command, waiting));
    return mergePaths(after);
  }

  /** Most commands of a script are none of our business, and that is seen without evaluating them. */
  #isIrrelevant(command: SimpleCommand): boolean {
    const [first] = command.words;
    const name = first?.kind === 'word' ? literalText(first) : undefined;
    if (name === undefined || this.#functions.has(name) || isBuiltin(name)) return false;
    return name !== 'exec' && !this.#listener.isInteresting(name) && isPure(command);
  }

  #call(definition: FunctionDefinition, command: SimpleCommand, waiting: readonly Call[]): State[] {
    const states = waiting.map(({ state }) => state);
    if (this.#callDepth >= MAX_CALL_DEPTH || this.#calls >= MAX_CALLS) {
      const names = new AssignedNames(this.#functions.byName);
      names.addStatements(definition.body);
      for (const state of states) forget(state, names);
      return states;
    }
    this.#callDepth++;
    const call = this.#calls++;
    for (const { state, args } of waiting) {
      state.enterFunction(args.map((field) => elementOf(field, call)));
      for (const assignment of command.assignments) {
        state.declareLocal(assignment.name);
        assign(state, assignment);
      }
    }
    const after = this.#body(definition, states);
    this.#callDepth--;
    return after;
  }

  #body(definition: FunctionDefinition, states: State[]): State[] {
    this.#functions.enter(definition);
    const after = this.#exits.body(() => this.#list(definition.body, states));
    for (const state of after) state.leaveFunction();
    return after;
  }
}

interface Call {
  readonly state: State;
  readonly args: readonly Field[];
}

const forked = (states: readonly State[]): State[] => states.map((state) => state.fork());
