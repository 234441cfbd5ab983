import type { XmlAttribute, XmlElement } from '../../syntax/xml/tree.ts';
import type { Range } from '../../text/span.ts';
import type { Expected } from './leaves.ts';

interface At {
  /** The characters at fault: a name, or a value. */
  readonly at: Range;
  /** The element that is at fault, or that holds or lacks what is. */
  readonly element: XmlElement;
}

/** One place where a document is not as the schema wants it. */
export type Fault =
  /** Nothing of that name may stand in its parent. */
  | (At & { readonly kind: 'unknown-element'; readonly similar: string | undefined })
  /** It may stand there once, and does so already. */
  | (At & { readonly kind: 'repeated-element' })
  /** It may stand there, but not beside what else does, or not behind it. */
  | (At & { readonly kind: 'excluded-element' })
  | (At & {
      readonly kind: 'unknown-attribute';
      readonly attribute: XmlAttribute;
      readonly similar: string | undefined;
    })
  /** The same of an attribute; the whole of it where it is the value that does not go with the rest. */
  | (At & { readonly kind: 'excluded-attribute'; readonly attribute: XmlAttribute })
  /** Of an attribute, or the text of the element where there is none; empty text is at the element's name. */
  | (At & {
      readonly kind: 'invalid-value';
      readonly attribute: XmlAttribute | undefined;
      readonly text: string;
      readonly expected: Expected;
      readonly similar: string | undefined;
    })
  /** Text between elements, or in an element that holds none. */
  | (At & { readonly kind: 'unexpected-text' })
  | (At & { readonly kind: 'missing-attribute'; readonly name: string })
  | (At & { readonly kind: 'missing-element'; readonly name: string })
  /** The parts are right and do not go together. */
  | (At & { readonly kind: 'unfit-content' });

/**
 * How far a fault speaks against an element being what it was taken for: a wrong word of a list, such as another
 * type, most of all.
 */
export function weightOf(fault: Fault): number {
  if (fault.kind === 'excluded-attribute' && fault.at === fault.attribute) return 6;
  if (fault.kind !== 'invalid-value') return 2;
  return fault.expected.values.length > 0 && fault.similar === undefined ? 4 : 2;
}
