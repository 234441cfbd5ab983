import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAttribute, readPlainAttribute } from '../../server/src/syntax/xml/attributes.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { Scanner } from '../../server/src/syntax/xml/scanner.ts';
import type { XmlElement } from '../../server/src/syntax/xml/tree.ts';

const piece = fc.constantFrom(...'abé:-1 \t\n=\'"/>?<&{$%}', 'xy', ' z=', "='1'", '="2"', '&amp;', '{{ x }}');
const pieces = fc.array(piece, { maxLength: 6 }).map((all) => all.join(''));

/** Written as an attribute is, and much that is not quite one. */
const attribute = fc
  .tuple(
    fc.constantFrom(' ', '\n  ', '\t'),
    fc.constantFrom('a', 'é', 'xml:id', 'b2-c.d'),
    fc.constantFrom('=', '=', '=', ' = '),
    fc.constantFrom('"', "'"),
    fc.oneof(fc.constant('virtio'), pieces),
    fc.oneof(fc.constantFrom(' ', '>', '/>', '?>', '\n'), pieces),
  )
  .map(
    ([blanks, name, equals, quote, value, behind]) => blanks + name + equals + quote + value + quote + behind,
  );

describe('what is written plainly', () => {
  it('is read at once as it would be read bit by bit: attributes', () => {
    let plain = 0;
    fc.assert(
      fc.property(attribute, (text) => {
        const atOnce = new Scanner(text);
        const found = readPlainAttribute(atOnce);
        if (!found) {
          expect(atOnce.at).toBe(0);
          return;
        }
        plain++;
        const bitByBit = new Scanner(text);
        bitByBit.skipBlanks();
        expect(found).toEqual(readAttribute(bitByBit));
        expect(atOnce.at).toBe(bitByBit.at);
        expect(bitByBit.problems).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  it.each([
    ['a closing tag', '<a></a>', '<a></a >'],
    ['a text', '<a>x y</a>', '<a>x&#32;y</a>'],
    ['an attribute', "<a b='x'/>", "<a b = 'x' />"],
  ])('means the same as what is not: %s', (_, plainly, otherwise) => {
    expect(meaningOf(plainly)).toEqual(meaningOf(otherwise));
  });

  it('is no closing tag of the document itself', () => {
    expect(parseXml('</>').problems).toEqual([{ code: 'close-without-open', start: 0, end: 3 }]);
  });
});

/** The first element of a text, without where it stands. */
function meaningOf(text: string): unknown {
  const { root, problems } = parseXml(text);
  const { name, attributes, children, selfClosing, endTagStart } = root.children[0] as XmlElement;
  return {
    name: name.text,
    attributes: attributes.map((each) => [each.name.text, each.value?.text, each.value?.quote]),
    children: children.map((child) => child.kind === 'text' && child.text),
    selfClosing,
    isClosed: endTagStart !== undefined,
    problems,
  };
}
