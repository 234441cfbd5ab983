import { isClosed, textOf } from '../../syntax/xml/query.ts';
import { holdsMadeTags } from '../../syntax/xml/templates.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { mostSimilar } from '../../values/similar.ts';
import type { Explainer } from './explain.ts';
import type { Explained } from './explainAttributes.ts';
import type { Fault } from './fault.ts';
import { expectedOf } from './leaves.ts';
import { allowedElements, allowsText, isWordInCapitals } from './lookup.ts';
import { qualified, type Scope, scopeOf } from './names.ts';
import type { ElementPattern, Leaf, Pattern } from './pattern.ts';
import { requiredContent } from './required.ts';

/** Explains what stands in one element. */
export class ContentExplainer {
  readonly #explainer: Explainer;
  readonly #element: XmlElement;
  readonly #scope: Scope;
  readonly #whole: Pattern;
  readonly #faults: Fault[] = [];
  /** Names of the elements that stand there, rightly or not, and of those that were meant. */
  readonly #seen = new Set<string>();
  #rest: Pattern;
  /** More may come into this element. */
  #open: boolean;
  /** Something in an element in it could not be read. */
  #openWithin = false;

  /**
   * @param rest what the attributes left of the pattern
   * @param whole the pattern before anything was found
   */
  constructor(explainer: Explainer, element: XmlElement, scope: Scope, rest: Pattern, whole: Pattern) {
    this.#explainer = explainer;
    this.#element = element;
    this.#scope = scope;
    this.#whole = whole;
    this.#rest = rest;
    this.#open = !isClosed(element);
  }

  explain(): Explained {
    let hasElements = false;
    for (const node of this.#element.children) {
      if (node.kind !== 'element') continue;
      hasElements = true;
      this.#child(node);
    }
    this.#text(hasElements);
    if (!this.#rest.nullable && !this.#open) this.#missing();
    return { rest: this.#rest, faults: this.#faults, open: this.#open || this.#openWithin };
  }

  #child(element: XmlElement): void {
    const { deriver } = this.#explainer.grammar;
    const name = qualified(element.name.text, scopeOf(element, this.#scope));
    const known = deriver.leavesOf(this.#whole).elements(name);
    const repeated = this.#seen.has(name);
    this.#seen.add(name);
    if (known.length === 0) {
      this.#unknown(element);
      return;
    }
    const left = deriver
      .leavesOf(this.#rest)
      .elements(name)
      .filter((leaf) => this.#after([leaf]) !== undefined);
    const at = element.name;
    if (left.length === 0) {
      if (holdsMadeTags(this.#element)) return;
      this.#faults.push({ kind: repeated ? 'repeated-element' : 'excluded-element', at, element });
      return;
    }
    const { instances, faults, open } = this.#explainer.explain(left, element, this.#scope);
    this.#openWithin ||= open;
    this.#faults.push(...faults);
    this.#rest = this.#after(instances) ?? this.#after(left) ?? this.#rest;
  }

  #unknown(element: XmlElement): void {
    const { grammar } = this.#explainer;
    if (holdsMadeTags(this.#element)) return;
    if (allowedElements(grammar, this.#element).has(element.name.text)) {
      this.#faults.push({ kind: 'excluded-element', at: element.name, element });
      return;
    }
    const { deriver } = grammar;
    const names = [...deriver.leavesOf(this.#rest).elementNames].filter((name) => !this.#stands(name));
    const similar = mostSimilar(element.name.text, names);
    this.#faults.push({ kind: 'unknown-element', at: element.name, element, similar });
    if (similar === undefined) return;
    this.#seen.add(similar);
    this.#rest = this.#after(deriver.leavesOf(this.#rest).elements(similar)) ?? this.#rest;
  }

  /** An element of this name is there, and no other can come. */
  #stands(name: string): boolean {
    const there = this.#element.children.some((node) => node.kind === 'element' && node.name.text === name);
    const next: readonly ElementPattern[] = this.#explainer.grammar.deriver
      .leavesOf(this.#rest)
      .elements(name);
    return there && this.#after(next) === undefined;
  }

  #text(hasElements: boolean): void {
    const { range, text } = textOf(this.#element);
    if (!range && this.#rest.nullable) return;
    const { matcher, grammar } = this.#explainer;
    // The text as written: a string may begin with blanks, or be empty.
    const whole = this.#element.children.map((node) => ('text' in node ? node.text : '')).join('');
    const rest = matcher.afterText(this.#rest, whole, hasElements);
    if (rest !== grammar.patterns.nothing) {
      this.#rest = rest;
      return;
    }
    if (!range) return;
    const texts = grammar.deriver.leavesOf(this.#rest).texts.filter(({ type }) => !hasElements || !type);
    if (this.#explainer.isOpen(text) && !isWordInCapitals(grammar, this.#element, '', text)) {
      this.#open = true;
      return;
    }
    const element = this.#element;
    if (texts.length === 0) {
      const kind = allowsText(grammar, element) ? 'unfit-content' : 'unexpected-text';
      this.#faults.push({ kind, at: range, element });
      return;
    }
    const expected = expectedOf(texts);
    const similar = mostSimilar(text, expected.values);
    this.#faults.push({
      kind: 'invalid-value',
      at: range,
      element,
      attribute: undefined,
      text,
      expected,
      similar,
    });
    this.#rest = this.#after(texts) ?? this.#rest;
  }

  #missing(): void {
    const element = this.#element;
    const at = element.name;
    for (const leaf of requiredContent(this.#rest)) {
      if (leaf.kind === 'element' && leaf.name !== undefined && !this.#seen.has(leaf.name)) {
        this.#faults.push({ kind: 'missing-element', at, element, name: leaf.name });
      } else if (leaf.kind === 'text' && textOf(element).range === undefined) {
        const expected = expectedOf(this.#explainer.grammar.deriver.leavesOf(this.#rest).texts);
        const value = { attribute: undefined, text: '', expected, similar: undefined };
        this.#faults.push({ kind: 'invalid-value', at, element, ...value });
      }
    }
  }

  /** What is left when one of these was found; undefined where that leads nowhere. */
  #after(leaves: readonly Leaf[]): Pattern | undefined {
    if (leaves.length === 0) return undefined;
    const { deriver, patterns } = this.#explainer.grammar;
    const rest = deriver.after(this.#rest, deriver.found(leaves));
    return rest === patterns.nothing ? undefined : rest;
  }
}
