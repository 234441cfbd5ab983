import { explainLibvirt } from '../catalogue/explanations.ts';
import type { Document } from '../dialects/document.ts';
import { Reader } from '../dialects/libvirt/values.ts';
import type { Value } from '../guest/value.ts';
import { elementAt, path, textOf } from '../syntax/xml/query.ts';
import type { XmlAttribute, XmlElement } from '../syntax/xml/tree.ts';
import type { Range } from '../text/span.ts';
import { describeLibvirtSize } from './hoverSize.ts';
import { code, type Hover, renderHover, strong } from './hoverText.ts';
import { describeValue } from './hoverValue.ts';

/** What there is to say about the name, attribute or text of an element in a domain. */
export function hoverLibvirt(document: Document, offset: number): Hover | undefined {
  const { tree, subjects } = document;
  if (!tree) return undefined;
  const holds = (range: Range): boolean => range.start <= offset && offset <= range.end;
  const inDomain = subjects.some(({ variants }) => variants.some(({ guest }) => holds(guest.extent)));
  const element = elementAt(tree, offset);
  if (!inDomain || !element.parent) return undefined;
  const reader = new Reader(document.uri);
  const found = element.attributes.find(holds);
  if (found) return hoverAttribute(document, reader, element, found);
  const range = [element.name, closingName(element), textOf(element).range].find((at) => at && holds(at));
  return range && hoverElement(document, reader, element, range);
}

function hoverAttribute(
  document: Document,
  reader: Reader,
  element: XmlElement,
  { name, start, end }: XmlAttribute,
): Hover | undefined {
  const explanation = explainLibvirt(path(element), name.text);
  const value = reader.attribute(element, name.text, element);
  const facts = factsOf(document, value, reader.attribute(element, 'unit', element), explanation?.unit);
  const title = `${strong(name.text)} of ${code(`<${element.name.text}>`)}`;
  const markdown = renderHover({ title, explanation, facts });
  return markdown === undefined ? undefined : { range: { start, end }, markdown };
}

function hoverElement(
  document: Document,
  reader: Reader,
  element: XmlElement,
  { start, end }: Range,
): Hover | undefined {
  const explanation = explainLibvirt(path(element), undefined);
  const hasText = textOf(element).range !== undefined;
  const unit = reader.attribute(element, 'unit', element);
  const facts = hasText ? factsOf(document, reader.text(element, element), unit, explanation?.unit) : [];
  const markdown = renderHover({ title: strong(`<${element.name.text}>`), explanation, facts });
  return markdown === undefined ? undefined : { range: { start, end }, markdown };
}

function factsOf(
  document: Document,
  value: Value<string>,
  unit: Value<string>,
  counts: string | undefined,
): string[] {
  const sentences = [describeValue(document.text, [[value]]), describeLibvirtSize(value, unit, counts)];
  return sentences.filter((sentence) => sentence !== undefined);
}

function closingName(element: XmlElement): Range | undefined {
  if (element.endTagStart === undefined) return undefined;
  const start = element.endTagStart + '</'.length;
  return { start, end: start + element.name.text.length };
}
