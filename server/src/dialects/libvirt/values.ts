import { absent, known, mapValue, unknown, type Value } from '../../guest/value.ts';
import { attribute, child, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Span, spanOf, type Uri } from '../../text/span.ts';
import { type Bytes, KiB, libvirtUnit } from '../../values/byteSize.ts';
import { type IndexSet, parseIndexSet } from '../../values/indexSet.ts';

/**
 * What templates put where a value will be: `{{ x }}`, `{% x %}`, `<%= x %>`, `${x}`, `$x`, `{x}`, `%s`, `%(x)s`, `@x@`,
 * `%X%`, `__X__`; and Mako's lines, which begin with `%`.
 */
const PLACEHOLDER =
  /\{\{|\}\}|\{%|<%|\$\{|\$[A-Za-z_]|\{\w*\}|%\(?\w*\)?[sd]\b|@[A-Za-z_][\w.-]*@|%[A-Z_]\w*%|__[A-Za-z]\w*__|^[ \t]*%[ \t]*(?:if|elif|else|for|while|end(?:if|for|while))\b/m;

/** Each placeholder has one of these, and hardly any other text; every value that is looked at is asked. */
const MARK = /[{}%$@]|__/;

/** True for a value that a template engine will fill in. */
export const isPlaceholder = (text: string): boolean => MARK.test(text) && PLACEHOLDER.test(text);

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', "'": '&apos;', '"': '&quot;' };

/** Writes a text so that it can stand in any attribute or element. */
export const escapeXml = (text: string): string => text.replace(/[&<'"]/g, (c) => ESCAPES[c]!);

/** Reads values of one document. An element that is not there gives absent values that belong to `owner`. */
export class Reader {
  readonly uri: Uri;

  constructor(uri: Uri) {
    this.uri = uri;
  }

  span(range: { start: number; end: number }): Span {
    return spanOf(this.uri, range);
  }

  /** The name in the start tag: where findings about a whole element go. */
  label(element: XmlElement): Span {
    return this.span(element.name);
  }

  attribute(element: XmlElement | undefined, name: string, owner: XmlElement): Value<string> {
    if (!element) return absent(this.label(owner));
    const found = attribute(element, name);
    if (!found)
      return element.openTag ? unknown('placeholder', this.label(element)) : absent(this.label(element));
    if (!found.value) return unknown('malformed', this.span(found));
    return this.#text(found.value.text, this.span(found.value));
  }

  /** The text of an element, without the blanks around it. */
  text(element: XmlElement | undefined, owner: XmlElement): Value<string> {
    if (!element) return absent(this.label(owner));
    const { text, range, plain } = textOf(element);
    if (!range) return unknown('malformed', this.label(element));
    return this.#text(text, this.span(range), plain);
  }

  childText(parent: XmlElement | undefined, name: string, owner: XmlElement): Value<string> {
    return this.text(parent && child(parent, name), parent ?? owner);
  }

  #text(text: string, span: Span, editable = true): Value<string> {
    if (isPlaceholder(text)) return unknown('placeholder', span);
    return known(text, span, undefined, editable ? { span, encode: escapeXml } : undefined);
  }
}

/** Decimal, or hexadecimal behind 0x, as virStrToLong_ui with base 0 reads; a leading 0 means octal there. */
export function parseLibvirtNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^0[xX][0-9a-fA-F]+$/.test(trimmed)) return Number.parseInt(trimmed, 16);
  if (/^0[0-7]+$/.test(trimmed)) return Number.parseInt(trimmed, 8);
  return /^(0|[1-9]\d*)$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** A list of numbers; a comma may stand behind the last one (src/util/virbitmap.c: virBitmapParseInternal). */
export const parseLibvirtSet = (text: string): IndexSet | undefined =>
  parseIndexSet(text.replace(/,\s*$/, ''));

/** Decimal only, as virXMLPropUInt with base 10 reads. */
export const readDecimal = (value: Value<string>): Value<number> =>
  mapValue(value, (text) => (/^\s*\d+\s*$/.test(text) ? Number(text) : undefined));

export const readNumber = (value: Value<string>): Value<number> => mapValue(value, parseLibvirtNumber);

/** A number with the unit that stands beside it; without one libvirt counts KiB (virDomainParseMemory). */
export function readSize(value: Value<string>, unit: Value<string>): Value<Bytes> {
  if (unit.state === 'unknown') return unit;
  const scale = unit.state === 'known' ? libvirtUnit(unit.value) : KiB;
  if (scale === undefined) return unknown('malformed', unit.state === 'known' ? unit.span : unit.owner);
  return mapValue(value, (text) => (/^\s*\d+\s*$/.test(text) ? BigInt(text.trim()) * scale : undefined));
}
