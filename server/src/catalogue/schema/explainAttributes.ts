import { isClosed } from '../../syntax/xml/query.ts';
import type { XmlAttribute, XmlElement } from '../../syntax/xml/tree.ts';
import { mostSimilar } from '../../values/similar.ts';
import type { Fault } from './fault.ts';
import type { Grammar } from './grammar.ts';
import { acceptsText, expectedOf } from './leaves.ts';
import { allowedAttributes, allowsValue, isWordInCapitals } from './lookup.ts';
import { declaresNamespace, qualifiedAttribute, type Scope } from './names.ts';
import type { AttributePattern, Pattern } from './pattern.ts';
import { requiredAttributes } from './required.ts';

/** What the attributes of an element leave of its pattern, and what is wrong with them. */
export interface Explained {
  readonly rest: Pattern;
  readonly faults: readonly Fault[];
  /** A value could not be read, so that silence proves nothing. */
  readonly open: boolean;
}

/** Explains the attributes of one element. */
export class AttributeExplainer {
  readonly #grammar: Grammar;
  readonly #isOpen: (text: string) => boolean;
  readonly #element: XmlElement;
  readonly #scope: Scope;
  readonly #whole: Pattern;
  readonly #faults: Fault[] = [];
  /** Names of attributes that were meant by others, or that stand there with a fault of their own. */
  readonly #meant = new Set<string>();
  #rest: Pattern;
  #open = false;

  constructor(
    grammar: Grammar,
    isOpen: (text: string) => boolean,
    element: XmlElement,
    scope: Scope,
    whole: Pattern,
  ) {
    this.#grammar = grammar;
    this.#isOpen = isOpen;
    this.#element = element;
    this.#scope = scope;
    this.#whole = whole;
    this.#rest = whole;
  }

  explain(): Explained {
    const attributes = this.#element.attributes.filter(({ name }) => !declaresNamespace(name.text));
    // What says which kind of thing it is (`type='pci'`) decides what is made of the others.
    const deciding = attributes.filter((attribute) => this.#decides(attribute));
    const others = attributes.filter((attribute) => !deciding.includes(attribute));
    for (const attribute of [...deciding, ...others]) this.#one(attribute);
    const { deriver, patterns } = this.#grammar;
    const closed = deriver.withoutAttributes(this.#rest);
    if (closed !== patterns.nothing) return { rest: closed, faults: this.#faults, open: this.#open };
    const at = this.#element.name;
    for (const name of requiredAttributes(this.#rest)) {
      if (this.#meant.has(name) || this.#open || this.#element.openTag || !isClosed(this.#element)) continue;
      this.#faults.push({ kind: 'missing-attribute', at, element: this.#element, name });
    }
    return { rest: deriver.forgivingAttributes(this.#rest), faults: this.#faults, open: this.#open };
  }

  #known(attribute: XmlAttribute): readonly AttributePattern[] {
    const name = qualifiedAttribute(attribute.name.text, this.#scope);
    return this.#grammar.deriver.leavesOf(this.#whole).attributes(name);
  }

  #decides(attribute: XmlAttribute): boolean {
    const known = this.#known(attribute);
    return known.length > 1 && expectedOf(known).words.length === 0;
  }

  #one(attribute: XmlAttribute): void {
    const name = qualifiedAttribute(attribute.name.text, this.#scope);
    const known = this.#known(attribute);
    if (known.length === 0) {
      this.#unknown(attribute);
      return;
    }
    const left = this.#grammar.deriver.leavesOf(this.#rest).attributes(name);
    const text = attribute.value?.text;
    const accepting = left.filter((leaf) => text !== undefined && acceptsText(leaf.content, text));
    if (this.#take(accepting)) return;
    if (text === undefined || this.#isUnknown(name, text)) {
      this.#open = true;
      this.#take(left);
      return;
    }
    this.#meant.add(name);
    const element = this.#element;
    if (left.length === 0) {
      this.#faults.push({ kind: 'excluded-attribute', at: attribute.name, element, attribute });
      return;
    }
    if (allowsValue(this.#grammar, element, name, text)) {
      this.#faults.push({ kind: 'excluded-attribute', at: attribute, element, attribute });
      this.#take(left);
      return;
    }
    // The list of a word that says which kind of thing it is, is that of all kinds.
    const ofKind = expectedOf(left);
    const expected = ofKind.words.length > 0 ? ofKind : expectedOf(known);
    const similar = mostSimilar(text, expected.values);
    const at = attribute.value!.start < attribute.value!.end ? attribute.value! : attribute;
    this.#faults.push({ kind: 'invalid-value', at, element, attribute, text, expected, similar });
    const meant = left.filter((leaf) => similar !== undefined && acceptsText(leaf.content, similar));
    if (!this.#take(meant)) this.#take(left);
  }

  #isUnknown(name: string, text: string): boolean {
    return this.#isOpen(text) && !isWordInCapitals(this.#grammar, this.#element, name, text);
  }

  #unknown(attribute: XmlAttribute): void {
    if (allowedAttributes(this.#grammar, this.#element).has(attribute.name.text)) {
      const element = this.#element;
      this.#faults.push({ kind: 'excluded-attribute', at: attribute.name, element, attribute });
      return;
    }
    const present = new Set(this.#element.attributes.map(({ name }) => name.text));
    const leaves = this.#grammar.deriver.leavesOf(this.#rest);
    const free = [...leaves.attributeNames].filter((name) => !present.has(name));
    const similar = mostSimilar(attribute.name.text, free);
    this.#faults.push({
      kind: 'unknown-attribute',
      at: attribute.name,
      element: this.#element,
      attribute,
      similar,
    });
    if (similar === undefined) return;
    this.#meant.add(similar);
    const meant = leaves.attributes(similar);
    const text = attribute.value?.text ?? '';
    if (!this.#take(meant.filter((leaf) => acceptsText(leaf.content, text)))) this.#take(meant);
  }

  /** Goes on as if one of these was found; false where that leads nowhere. */
  #take(leaves: readonly AttributePattern[]): boolean {
    if (leaves.length === 0) return false;
    const { deriver, patterns } = this.#grammar;
    const rest = deriver.afterAttribute(this.#rest, deriver.found(leaves));
    if (rest === patterns.nothing) return false;
    this.#rest = rest;
    return true;
  }
}
