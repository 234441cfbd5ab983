import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type ElementText, elementText, type Wording } from '../../syntax/xml/wording.ts';
import { oncePer } from '../../values/oncePer.ts';
import type { Grammar } from './grammar.ts';
import { acceptsText } from './leaves.ts';
import {
  declaresNamespace,
  NO_NAMESPACES,
  qualified,
  qualifiedAttribute,
  type Scope,
  scopeOf,
} from './names.ts';
import type { AttributePattern, ElementPattern, Leaf, Pattern } from './pattern.ts';

/**
 * Says whether the elements of one document are as a schema wants them, and nothing more: nearly all are, and it is quick.
 * Where one is not, those around it are asked about again, and what is known of the others counts.
 */
export class Matcher {
  readonly #grammar: Grammar;
  readonly #wording: Wording | undefined;
  readonly #known = new Map<XmlElement, Map<ElementPattern, boolean>>();

  /** @param wording of the document, where what is known of the same elements elsewhere may count */
  constructor(grammar: Grammar, wording?: Wording) {
    this.#grammar = grammar;
    this.#wording = wording;
  }

  /** Whether an element of the pattern's name is an instance of it. */
  matches(pattern: ElementPattern, element: XmlElement, outer: Scope): boolean {
    // Without content there is little to look at.
    if (element.children.length === 0) return this.#matches(pattern, element, outer);
    const known = this.#known.get(element) ?? new Map<ElementPattern, boolean>();
    const before = known.get(pattern);
    if (before !== undefined) return before;
    const found = this.#remembered(pattern, element, outer);
    this.#known.set(element, known.set(pattern, found));
    return found;
  }

  #remembered(pattern: ElementPattern, element: XmlElement, outer: Scope): boolean {
    const answers = this.#wordingIn(element, outer)?.answers;
    const before = answers?.get(pattern);
    if (before !== undefined) return before;
    const found = this.#matches(pattern, element, outer);
    answers?.set(pattern, found);
    return found;
  }

  /** What decides whether an element matches: its text, with the namespaces that hold around it. */
  #wordingIn(element: XmlElement, outer: Scope): ElementText | undefined {
    const said = this.#wording?.of(element);
    if (!said || outer === NO_NAMESPACES) return said;
    return elementText(inWords(outer) + this.#wording!.textOf(element)!);
  }

  #matches(pattern: ElementPattern, element: XmlElement, outer: Scope): boolean {
    const { deriver, patterns } = this.#grammar;
    const scope = scopeOf(element, outer);
    let rest: Pattern = pattern.content;
    for (const { name, value } of element.attributes) {
      if (declaresNamespace(name.text)) continue;
      const text = value?.text ?? '';
      const found = thoseThatTake(
        deriver.leavesOf(rest).attributes(qualifiedAttribute(name.text, scope)),
        text,
      );
      if (found.length === 0) return false;
      rest = deriver.afterAttribute(rest, deriver.found(found));
      if (rest === patterns.nothing) return false;
    }
    return this.#content(deriver.withoutAttributes(rest), element, scope);
  }

  #content(start: Pattern, element: XmlElement, scope: Scope): boolean {
    const { deriver, patterns } = this.#grammar;
    let rest = start;
    let text = '';
    let hasElements = false;
    for (const node of element.children) {
      if (node.kind === 'text' || node.kind === 'cdata') text += node.text;
      if (node.kind !== 'element') continue;
      if (text !== '' && text.trim() !== '') rest = this.afterText(rest, text, true);
      text = '';
      hasElements = true;
      const found = this.instances(rest, node, scope);
      if (found.length === 0) return false;
      rest = deriver.after(rest, deriver.found(found));
      if (rest === patterns.nothing) return false;
    }
    if (text.trim() === '' && rest.nullable) return true;
    return this.afterText(rest, text, hasElements).nullable;
  }

  /** Those of the elements a pattern may go on with that this one is an instance of. */
  instances(pattern: Pattern, element: XmlElement, scope: Scope): ElementPattern[] {
    const name = qualified(element.name.text, scopeOf(element, scope));
    const leaves = this.#grammar.deriver.leavesOf(pattern).elements(name);
    const found: ElementPattern[] = [];
    for (const leaf of leaves) if (this.matches(leaf, element, scope)) found.push(leaf);
    return found;
  }

  /** What is left after a text; beside elements no text has a type. */
  afterText(pattern: Pattern, text: string, besideElements: boolean): Pattern {
    const { deriver, patterns } = this.#grammar;
    const found: Leaf[] = deriver
      .leavesOf(pattern)
      .texts.filter((leaf) => (besideElements ? leaf.type === undefined : acceptsText(leaf, text)));
    return found.length === 0 ? patterns.nothing : deriver.after(pattern, deriver.found(found));
  }
}

const inWords = oncePer((scope: Scope): string => JSON.stringify([...scope]));

function thoseThatTake(leaves: readonly AttributePattern[], text: string): AttributePattern[] {
  const found: AttributePattern[] = [];
  for (const leaf of leaves) if (acceptsText(leaf.content, text)) found.push(leaf);
  return found;
}
