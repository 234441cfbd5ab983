import { isClosed } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { AttributeExplainer } from './explainAttributes.ts';
import { ContentExplainer } from './explainContent.ts';
import { type Fault, weightOf } from './fault.ts';
import type { Grammar } from './grammar.ts';
import type { Matcher } from './match.ts';
import { type Scope, scopeOf } from './names.ts';
import type { ElementPattern } from './pattern.ts';

/** What an element was taken for, and what is wrong with it as such. */
export interface Verdict {
  readonly instances: readonly ElementPattern[];
  readonly faults: readonly Fault[];
  /** Something in it could not be read, so that silence proves nothing. */
  readonly open: boolean;
}

/** Says what is wrong with elements that do not match, and goes on behind every fault as if it was put right. */
export class Explainer {
  readonly grammar: Grammar;
  readonly matcher: Matcher;
  readonly isOpen: (text: string) => boolean;
  readonly #known = new Map<XmlElement, Map<ElementPattern, Verdict>>();

  /**
   * @param matcher the one that did not match
   * @param isOpen true for a text that stands for another one, which is not known
   */
  constructor(grammar: Grammar, matcher: Matcher, isOpen: (text: string) => boolean) {
    this.grammar = grammar;
    this.matcher = matcher;
    this.isOpen = isOpen;
  }

  /** Explains an element as whichever of the candidates it is most like. */
  explain(candidates: readonly ElementPattern[], element: XmlElement, scope: Scope): Verdict {
    const instances = candidates.filter((candidate) => this.matcher.matches(candidate, element, scope));
    if (instances.length > 0) return { instances, faults: [], open: false };
    let best: Verdict | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of candidates) {
      const verdict = this.#as(candidate, element, scope);
      const weight = verdict.faults.reduce((sum, fault) => sum + weightOf(fault), 0);
      if (weight >= least) continue;
      best = verdict;
      least = weight;
    }
    return best ?? { instances: [], faults: [], open: false };
  }

  #as(pattern: ElementPattern, element: XmlElement, outer: Scope): Verdict {
    let known = this.#known.get(element);
    if (!known) {
      known = new Map();
      this.#known.set(element, known);
    }
    let verdict = known.get(pattern);
    if (!verdict) {
      verdict = this.#explain(pattern, element, outer);
      known.set(pattern, verdict);
    }
    return verdict;
  }

  #explain(pattern: ElementPattern, element: XmlElement, outer: Scope): Verdict {
    const scope = scopeOf(element, outer);
    const attributes = new AttributeExplainer(
      this.grammar,
      this.isOpen,
      element,
      scope,
      pattern.content,
    ).explain();
    const content = new ContentExplainer(this, element, scope, attributes.rest, pattern.content).explain();
    const faults = [...attributes.faults, ...content.faults];
    const open = attributes.open || content.open || !isClosed(element);
    if (faults.length === 0 && !open) faults.push({ kind: 'unfit-content', at: element.name, element });
    return { instances: [pattern], faults, open };
  }
}
