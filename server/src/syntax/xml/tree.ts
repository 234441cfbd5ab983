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
  /** The quote that opens it, whether or not another one closes it; '' where none is written. */
  readonly quote: '"' | "'" | '';
}

export interface XmlAttribute extends Range {
  readonly name: XmlName;
  readonly value: XmlValue | undefined;
}

/** What stands between two marks; plain text has none, so there the content is the whole range. */
interface XmlContent extends Range {
  readonly parent: XmlElement;
  /** Where the content starts: just behind `<![CDATA[`, `<!--`, `<?` or `<!DOCTYPE`. */
  readonly contentStart: number;
  /** The content as written. */
  readonly raw: string;
}

export interface XmlText extends XmlContent {
  readonly kind: 'text' | 'cdata';
  /** The content decoded; a CDATA section is never encoded. */
  readonly text: string;
}

export interface XmlComment extends XmlContent {
  readonly kind: 'comment' | 'instruction' | 'doctype';
}

export interface XmlElement extends Range {
  readonly kind: 'element';
  /** That of the start tag; of the closing tag where the start tag is gone. */
  readonly name: XmlName;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  /** Undefined only for the document node. */
  readonly parent: XmlElement | undefined;
  /** End of the start tag, just behind its `>`; the element's start where the start tag is gone. */
  readonly startTagEnd: number;
  readonly selfClosing: boolean;
  /** A template block stands among the attributes, and may bring more of them. */
  readonly openTag: boolean;
  /** Start of the closing tag; undefined where there is none (self-closing or never closed). */
  readonly endTagStart: number | undefined;
}

export type XmlNode = XmlElement | XmlText | XmlComment;

/** Every one of them makes the document one that libxml2, and so libvirt, refuses to read. */
export interface XmlProblem extends Range {
  readonly code:
    | 'attribute-repeated'
    | 'attribute-value-expected'
    | 'attribute-value-not-quoted'
    | 'blank-expected'
    | 'cdata-not-closed'
    | 'close-mismatch'
    | 'close-without-open'
    | 'comment-double-hyphen'
    | 'comment-not-closed'
    | 'doctype-not-closed'
    | 'element-not-closed'
    | 'entity-unknown'
    | 'instruction-not-closed'
    | 'name-expected'
    | 'quote-not-closed'
    | 'tag-not-closed'
    | 'unexpected-character';
}

export interface XmlTree {
  /** A nameless element that covers the whole text; the document's elements are its children. */
  readonly root: XmlElement;
  /** In the order of the text. */
  readonly problems: readonly XmlProblem[];
}

/** What may never stand directly inside what; injected, so that the parser knows nothing of libvirt. */
export type NeverInside = (child: string, parent: string) => boolean;
