import type { FunctionDefinition, ShellTree } from '../../../syntax/shell/tree.ts';
import { groupBy } from '../../../values/groupBy.ts';
import { literalText } from './builtinNames.ts';
import type { State } from './state.ts';

/** The functions of a script, and which of them have been entered. */
export class Functions {
  readonly byName: ReadonlyMap<string, readonly FunctionDefinition[]>;
  readonly #all: readonly FunctionDefinition[];
  readonly #mentioned: ReadonlySet<string | undefined>;
  readonly #entered = new Set<FunctionDefinition>();

  constructor({ functions, commands }: ShellTree) {
    this.#all = functions;
    this.#mentioned = new Set(
      commands.map(({ words: [name] }) => (name?.kind === 'word' ? literalText(name) : undefined)),
    );
    this.byName = groupBy(functions, ({ name }) => name);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** What a name stands for on a path; all there are in the script where that is not known. */
  definitionsOf(name: string, state: State): readonly FunctionDefinition[] {
    const binding = state.get(`${name}()`);
    return binding?.kind === 'function' ? [binding.definition] : (this.byName.get(name) ?? []);
  }

  enter(definition: FunctionDefinition): void {
    this.#entered.add(definition);
  }

  /** A function that nothing has entered; one that others do not call comes first, since it may call them. */
  nextUncalled(): FunctionDefinition | undefined {
    const uncalled = this.#all.filter((definition) => !this.#entered.has(definition));
    return uncalled.find(({ name }) => !this.#mentioned.has(name)) ?? uncalled[0];
  }
}
