import { attribute, childElements } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import { CannotWrite } from '../change.ts';
import type { ElementTemplate } from './change.ts';
import { escapeXml } from './values.ts';

/** The blanks a line begins with, where the offset is the first thing on its line; undefined elsewhere. */
export function indentAt(text: string, offset: number): string | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** What one level of nesting adds, taken from the first child that stands on a line of its own. */
function indentUnit(text: string, element: XmlElement): string {
  for (let at: XmlElement | undefined = element; at?.parent; at = at.parent) {
    const own = indentAt(text, at.start);
    const first = childElements(at)[0];
    const inner = first && indentAt(text, first.start);
    if (own !== undefined && inner?.startsWith(own) && inner !== own) return inner.slice(own.length);
  }
  return '  ';
}

const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** The quote that this document uses, so that new attributes look like the others. */
const quoteOf = (element: XmlElement): string => {
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const quote = at.attributes.find((found) => found.value)?.value?.quote;
    if (quote) return quote;
  }
  return "'";
};

function render(
  template: ElementTemplate,
  indent: string,
  unit: string,
  newline: string,
  quote: string,
): string {
  const attributes = Object.entries(template.attributes ?? {})
    .map(([name, value]) => ` ${name}=${quote}${escapeXml(value)}${quote}`)
    .join('');
  const open = `${indent}<${template.name}${attributes}`;
  if (template.text !== undefined) return `${open}>${escapeXml(template.text)}</${template.name}>`;
  if (!template.children?.length) return `${open}/>`;
  const inner = template.children.map((child) => render(child, indent + unit, unit, newline, quote));
  return [`${open}>`, ...inner, `${indent}</${template.name}>`].join(newline);
}

/** The indentation of the children of an element. */
function childIndent(text: string, parent: XmlElement): string {
  const sibling = childElements(parent).find((child) => indentAt(text, child.start) !== undefined);
  if (sibling) return indentAt(text, sibling.start)!;
  return (indentAt(text, parent.start) ?? '') + indentUnit(text, parent);
}

/** Adds a child behind a sibling, else behind the last child; opens a self-closing parent. */
export function addElement(
  text: string,
  parent: XmlElement,
  template: ElementTemplate,
  after?: XmlElement,
): TextEdit {
  const newline = newlineOf(text);
  const indent = childIndent(text, parent);
  const rendered = render(template, indent, indentUnit(text, parent), newline, quoteOf(parent));
  if (parent.selfClosing) {
    const slash = text.lastIndexOf('/', parent.end);
    const close = `>${newline}${rendered}${newline}${indentAt(text, parent.start) ?? ''}</${parent.name.text}>`;
    return { range: { start: slash, end: parent.end }, newText: close };
  }
  const sibling = after ?? childElements(parent).at(-1);
  const at = sibling ? sibling.end : parent.startTagEnd;
  // A parent written on one line gets its closing tag on a line of its own.
  const single = !sibling && parent.endTagStart === at;
  const tail = single ? newline + (indentAt(text, parent.start) ?? '') : '';
  return { range: { start: at, end: at }, newText: newline + rendered + tail };
}

/** Puts a new element on the line above a sibling. */
export function addBefore(text: string, sibling: XmlElement, template: ElementTemplate): TextEdit {
  if (!sibling.parent) throw new CannotWrite('the element stands nowhere');
  const newline = newlineOf(text);
  const indent = indentAt(text, sibling.start) ?? '';
  const unit = indentUnit(text, sibling.parent);
  const rendered = render(template, indent, unit, newline, quoteOf(sibling));
  return {
    range: { start: sibling.start, end: sibling.start },
    newText: `${rendered.slice(indent.length)}${newline}${indent}`,
  };
}

/** Changes an attribute, or adds it behind the others. */
export function setAttribute(element: XmlElement, name: string, value: string): TextEdit {
  const found = attribute(element, name);
  if (found?.value) return { range: found.value, newText: escapeXml(value) };
  if (found) throw new CannotWrite(`${name} is half written`);
  const at = element.attributes.at(-1)?.end ?? element.name.end;
  const quote = quoteOf(element);
  return { range: { start: at, end: at }, newText: ` ${name}=${quote}${escapeXml(value)}${quote}` };
}

export function removeAttribute(text: string, element: XmlElement, name: string): TextEdit {
  const found = attribute(element, name);
  if (!found) throw new CannotWrite(`${name} is not there`);
  let start = found.start;
  while (/\s/.test(text[start - 1] ?? '')) start--;
  return { range: { start, end: found.end }, newText: '' };
}

/** Removes an element with the line it leaves empty. */
export function removeElement(text: string, element: XmlElement): TextEdit {
  const indent = indentAt(text, element.start);
  const rest = /^[ \t]*(\r?\n|$)/.exec(text.slice(element.end));
  if (indent === undefined || !rest) return { range: element, newText: '' };
  return { range: { start: element.start - indent.length, end: element.end + rest[0].length }, newText: '' };
}

/** Moves an element behind the last child of another one, indented as it is at home there. */
export function moveElement(text: string, element: XmlElement, to: XmlElement): TextEdit[] {
  const newline = newlineOf(text);
  const from = indentAt(text, element.start) ?? '';
  const indent = childIndent(text, to);
  const body = text
    .slice(element.start, element.end)
    .split(/\r?\n/)
    .map((line, i) =>
      i === 0 ? line : indent + (line.startsWith(from) ? line.slice(from.length) : line.trimStart()),
    )
    .join(newline);
  if (to.selfClosing) {
    const slash = text.lastIndexOf('/', to.end);
    const close = `>${newline}${indent}${body}${newline}${indentAt(text, to.start) ?? ''}</${to.name.text}>`;
    return [removeElement(text, element), { range: { start: slash, end: to.end }, newText: close }];
  }
  const last = childElements(to).at(-1);
  const at = last ? last.end : to.startTagEnd;
  return [removeElement(text, element), { range: { start: at, end: at }, newText: newline + indent + body }];
}
