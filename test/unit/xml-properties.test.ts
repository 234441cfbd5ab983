import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neverInside } from '../../server/src/dialects/libvirt/nesting.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { path, textOf, walk } from '../../server/src/syntax/xml/query.ts';
import type { XmlAttribute, XmlElement, XmlTree } from '../../server/src/syntax/xml/tree.ts';
import { type Range, sliceOf } from '../../server/src/text/span.ts';
import { apply, damageOf, randomOf } from './xmlDamage.ts';
import { escapeText, escapeValue } from './xmlEscape.ts';
import { EXAMPLES, FLAT_EXAMPLES } from './xmlExamples.ts';

/** Pieces of which broken documents are made: more telling than single characters. */
const PIECES = [
  ...[
    '<',
    '>',
    '/>',
    '</',
    '</a>',
    '<a>',
    '<a ',
    '<b c="',
    "<b c='",
    '"',
    "'",
    '=',
    ' c=',
    ' d',
    '/',
    'x',
    ' ',
    '\n',
  ],
  ...[
    '\n  ',
    '\n    ',
    '\t',
    '\r\n',
    '<!--',
    '-->',
    '--',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<!',
    '<!DOCTYPE',
    '[',
    ']>',
  ],
  ...[
    '{{',
    '}}',
    '{%',
    '%}',
    '<%',
    '%>',
    '&',
    '&lt;',
    '&#65;',
    '&#x',
    ';',
    '\u0000',
    'é',
    '\ud83d',
    '\ufeff',
  ],
  ...['<domain>', '<devices>', '</devices>', '<disk', '<disk>', '</disk>', '<source/>', '</dis', '<memory>'],
];

const broken = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
const damaged = fc
  .tuple(fc.constantFrom(...EXAMPLES, ...FLAT_EXAMPLES), fc.integer(), fc.integer({ min: 1, max: 4 }))
  .map(([example, seed, times]) => {
    const random = randomOf(seed);
    let text = example;
    for (let i = 0; i < times && text.includes('<'); i++) {
      const tree = parseXml(text);
      if (walk(tree).length === 0) break;
      text = apply(text, damageOf(text, tree, random));
    }
    return text;
  });
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), broken, damaged);

const check = (holds: (text: string, tree: XmlTree) => void): void =>
  fc.assert(
    fc.property(anyText, fc.boolean(), (text, informed) =>
      holds(text, informed ? parseXml(text, neverInside) : parseXml(text)),
    ),
    { numRuns: 500 },
  );

/** Fails unless the ranges follow each other within the outer one. */
function expectOrdered(outer: Range, inner: readonly Range[]): void {
  let at = outer.start;
  for (const range of inner) {
    expect(range.start).toBeGreaterThanOrEqual(at);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    at = range.end;
  }
  expect(outer.end).toBeGreaterThanOrEqual(at);
}

const contentOf = (element: XmlElement): Range => ({
  start: element.startTagEnd,
  end: element.endTagStart ?? element.end,
});

function expectAttribute(text: string, attribute: XmlAttribute): void {
  const { name, value } = attribute;
  expect(sliceOf(text, name)).toBe(name.text);
  expectOrdered(attribute, value ? [name, value] : [name]);
  if (!value) return;
  expect(sliceOf(text, value)).toBe(value.raw);
  expect(text.slice(value.start - value.quote.length, value.start)).toBe(value.quote);
}

describe('of any text', () => {
  it('the parser makes a tree', () => {
    check((text, { root }) => {
      expect([root.start, root.end, root.parent]).toEqual([0, text.length, undefined]);
    });
  });

  it('the tree is one: every node knows its parent', () => {
    check((_, tree) => {
      for (const element of [tree.root, ...walk(tree)]) {
        for (const node of element.children) expect(node.parent).toBe(element);
      }
    });
  });

  it('ranges are nested and ordered', () => {
    check((_, tree) => {
      for (const element of [tree.root, ...walk(tree)]) {
        expectOrdered(element, [contentOf(element)]);
        expectOrdered(contentOf(element), element.children);
        if (element === tree.root) continue;
        const tag = { start: element.start, end: element.startTagEnd };
        // Where the start tag is gone the name is that of the closing tag.
        if (tag.end > tag.start) expectOrdered(tag, [element.name, ...element.attributes]);
        else expectOrdered({ start: element.endTagStart!, end: element.end }, [element.name]);
      }
    });
  });

  it('names, values and texts are slices of it', () => {
    check((text, tree) => {
      for (const element of [tree.root, ...walk(tree)]) {
        expect(sliceOf(text, element.name)).toBe(element.name.text);
        for (const each of element.attributes) expectAttribute(text, each);
        for (const node of element.children) {
          if (node.kind === 'element') continue;
          const { contentStart, raw } = node;
          expect(text.slice(contentStart, contentStart + raw.length)).toBe(raw);
          expectOrdered(node, [{ start: contentStart, end: contentStart + raw.length }]);
          if (node.kind === 'text') expect(sliceOf(text, node)).toBe(raw);
        }
      }
    });
  });

  it('tags and contents cover it, but for closing tags that close nothing', () => {
    check((text, tree) => {
      const stray = new Map<number, number>();
      for (const { code, start, end } of tree.problems)
        if (code === 'close-without-open') stray.set(start, end);
      for (const element of [tree.root, ...walk(tree)]) {
        const content = contentOf(element);
        let at = content.start;
        for (const node of [...element.children, { start: content.end, end: content.end }]) {
          while (at < node.start && stray.has(at)) at = stray.get(at)!;
          expect(at, JSON.stringify(text)).toBe(node.start);
          at = node.end;
        }
      }
    });
  });

  it('problems stand within it, in its order', () => {
    check((text, { problems }) => {
      for (const [i, { start, end }] of problems.entries()) {
        expectOrdered({ start: 0, end: text.length }, [{ start, end }]);
        expect(start).toBeGreaterThanOrEqual(problems[i - 1]?.start ?? 0);
      }
    });
  });
});

describe('escaping', () => {
  it('is undone by reading', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('"' as const, "'" as const),
        (text, quote) => {
          const written = `<a b=${quote}${escapeValue(text, quote)}${quote}>x${escapeText(text)}x</a>`;
          const tree = parseXml(written);
          const [element] = walk(tree);
          expect(tree.problems).toEqual([]);
          expect(element?.attributes[0]?.value?.text).toBe(text);
          expect(textOf(element!).text).toBe(`x${text}x`);
        },
      ),
    );
  });
});

describe('deep nests', () => {
  const DEPTH = 20_000;
  it.each([
    ['closed', '<a>'.repeat(DEPTH) + '</a>'.repeat(DEPTH)],
    ['open', '<a>'.repeat(DEPTH)],
    ['open, a line each', '<a>\n '.repeat(DEPTH)],
    ['cut', '<a '.repeat(DEPTH)],
  ])('of 20,000 elements are read: %s', (_, text) => {
    expect([...walk(parseXml(text, neverInside))]).toHaveLength(DEPTH);
  });

  it('have paths', () => {
    const innermost = [...walk(parseXml('<a>'.repeat(DEPTH)))].at(-1)!;
    expect(path(innermost)).toHaveLength(DEPTH);
  });
});
