import { dataGeneration } from '../catalogue/dataFiles.ts';
import type { Variant } from '../dialects/document.ts';
import { sameness } from '../dialects/qemu/sameness.ts';
import type { Rule } from '../rules/define.ts';
import { oncePer } from '../values/oncePer.ts';

/** More guests than anybody types in at once; each takes a few kilobytes. */
const MOST = 64;

/**
 * Which rules had something to say about a command line, for the time when it is read again, at another place of the
 * document: while somebody types in one guest of a script, the others stay what they are. A rule that was silent then
 * is silent now, as it knows nothing but the command line and the settings. What a rule says is not kept, because its
 * places are those of the document as it was.
 */
class Silence {
  readonly #speaking = new Map<string, readonly Rule[]>();
  #generation = dataGeneration();

  /** The rules to ask: those that spoke before, else all. `ask` returns those that have something to say. */
  ask(key: string, all: readonly Rule[], ask: (rules: readonly Rule[]) => readonly Rule[]): void {
    if (this.#generation !== dataGeneration()) this.#speaking.clear();
    this.#generation = dataGeneration();
    const spoke = ask(this.#speaking.get(key) ?? all);
    // What was asked for last is forgotten last.
    this.#speaking.delete(key);
    this.#speaking.set(key, spoke);
    if (this.#speaking.size > MOST) this.#speaking.delete(this.#speaking.keys().next().value!);
  }
}

const silenceOf = oncePer((_rules: readonly Rule[]) => new Silence());

/**
 * Asks the rules about a variant, and leaves out those that are known to have nothing to say.
 * @param rules those of one choice of settings; other settings, or a copy of them, come with a list of their own
 * @param ask asks some rules, and returns those that said something or failed
 */
export function askRules(
  variant: Variant,
  rules: readonly Rule[],
  ask: (rules: readonly Rule[]) => readonly Rule[],
): void {
  if (variant.dialect === 'qemu') silenceOf(rules).ask(sameness(variant.line), rules, ask);
  else ask(rules);
}
