import type { Range } from '../../text/span.ts';

/** A name as written, e.g. `qemu:commandline`; the range is that of the name alone. */
export interface XmlName extends Range {
  readonly text: string;
}

/** The value of an attribute: the range is that between the quotes. */
export interface XmlValue extends Range {
  /** As written, entities not decoded. */
  readonly raw: string;
  /** With entities and character references decoded (unknown ones stay as written). */
  readonly text: string;
  readonly quote: '"' | "'" | '';
}

export interface XmlAttribute extends Range {
  readonly name: XmlName;
  readonly value: XmlValue | undefined;
}

export interface XmlText extends Range {
  readonly kind: 'text' | 'cdata';
  readonly parent: XmlElement;
  /** Decoded. */
  readonly text: string;
}

export interface XmlComment extends Range {
  readonly kind: 'comment' | 'instruction' | 'doctype';
  readonly parent: XmlElement;
}

export interface XmlElement extends Range {
  readonly kind: 'element';
  readonly name: XmlName;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  /** Undefined only for the document node. */
  readonly parent: XmlElement | undefined;
  /** End of the start tag, just behind its `>`. */
  readonly startTagEnd: number;
  readonly selfClosing: boolean;
  /** Start of the closing tag; undefined where there is none (self-closing or never closed). */
  readonly endTagStart: number | undefined;
}

export type XmlNode = XmlElement | XmlText | XmlComment;

export interface XmlProblem extends Range {
  readonly code:
    | 'comment-not-closed'
    | 'cdata-not-closed'
    | 'instruction-not-closed'
    | 'tag-not-closed'
    | 'element-not-closed'
    | 'close-mismatch'
    | 'close-without-open'
    | 'attribute-repeated'
    | 'attribute-value-expected'
    | 'quote-not-closed'
    | 'name-expected'
    | 'unexpected-character';
}

export interface XmlTree {
  /** A nameless element that covers the whole text; the document's elements are its children. */
  readonly root: XmlElement;
  readonly problems: readonly XmlProblem[];
}

/** What may never stand directly inside what; injected, so that the parser knows nothing of libvirt. */
export type NeverInside = (child: string, parent: string) => boolean;
