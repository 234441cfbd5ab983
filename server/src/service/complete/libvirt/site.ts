import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Range } from '../../../text/span.ts';
import type { Insertion } from '../completion.ts';

/** How new text is written at a place of an XML document, so that it looks like its surroundings. */
export interface XmlSite {
  readonly range: Range;
  readonly quote: string;
  readonly newline: string;
  /** The blanks that the line starts with. */
  readonly indent: string;
  /** What one level of nesting adds. */
  readonly unit: string;
}

/**
 * Looks at how a document is written around a place.
 * @param range what the new text replaces
 * @param parent the element that it comes into; undefined where there is none
 */
export function siteAt(text: string, range: Range, parent: XmlElement | undefined): XmlSite {
  const indent = indentOf(text, range.start);
  const outer = parent?.parent ? indentOf(text, parent.start) : '';
  const unit = indent.startsWith(outer) && indent !== outer ? indent.slice(outer.length) : '  ';
  const quotes = /=\s*(["'])(?![\s\S]*=\s*["'])/.exec(
    text.slice(Math.max(0, range.start - 500), range.start),
  );
  return {
    range,
    quote: quotes?.[1] ?? "'",
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    indent,
    unit: parent?.parent ? unit : '  ',
  };
}

function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

/**
 * Writes a template: lines of XML with apostrophes, nested by two blanks, in which `{text}` is to be filled in.
 * The cursor ends behind it.
 */
export function fill(template: string, { quote, newline, indent, unit }: XmlSite): Insertion {
  const written = template
    .replaceAll("'", quote)
    .split('\n')
    .map((line, i) => {
      const depth = /^ */.exec(line)![0].length / 2;
      return (i > 0 ? indent : '') + unit.repeat(depth) + line.trimStart();
    })
    .join(newline);
  return written
    .split(/\{([^{}]*)\}/)
    .map((part, i) => (i % 2 === 0 ? part : { stop: (i + 1) / 2, text: part }));
}
