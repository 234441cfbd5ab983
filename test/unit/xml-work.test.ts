import { afterEach, describe, expect, it, vi } from 'vitest';
import { neverInside } from '../../server/src/dialects/libvirt/nesting.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { Scanner } from '../../server/src/syntax/xml/scanner.ts';
import { FLAT_EXAMPLES } from './xmlExamples.ts';

/**
 * How far a sticky expression looks at the most that finds nothing: an attribute ends before a `<` or with its second
 * quote, a name and a plain text before that.
 */
const MOST_LOOKED_AT = /[^<"']*(?:["'][^<"']*)?/y;

/** Counts what a parse costs: characters looked at one by one, characters searched, and questions to the table. */
function workOf(text: string): number {
  let work = 0;
  const code = Scanner.prototype.code;
  vi.spyOn(Scanner.prototype, 'code').mockImplementation(function (this: Scanner, at) {
    work++;
    return code.call(this, at);
  });
  const indexOf = String.prototype.indexOf;
  vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, needle, from = 0) {
    const found = indexOf.call(this, needle, from);
    work += (found < 0 ? this.length : found) - from;
    return found;
  });
  // `test()` and `replace()` of an expression call it, too.
  const exec = RegExp.prototype.exec;
  vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, searched) {
    const from = this.lastIndex;
    const found = exec.call(this, searched);
    if (found) work += 1 + this.lastIndex - from;
    else if (this.global) work += 1 + searched.length - from;
    else if (this.sticky) {
      MOST_LOOKED_AT.lastIndex = from;
      exec.call(MOST_LOOKED_AT, searched);
      work += 1 + MOST_LOOKED_AT.lastIndex - from;
    }
    return found;
  });
  parseXml(text, (child, parent) => {
    work++;
    return neverInside(child, parent);
  });
  vi.restoreAllMocks();
  return work;
}

afterEach(() => {
  vi.restoreAllMocks();
});

const times = (count: number, ...pieces: string[]): string =>
  pieces.map((piece) => piece.repeat(count)).join('');

/** Texts of which a reader that searches, climbs or counts back carelessly makes quadratic work. */
const GROWING: readonly (readonly [name: string, text: (n: number) => string])[] = [
  ['a document', (n) => FLAT_EXAMPLES[0]!.repeat(n / 20)],
  ['open elements', (n) => times(n, '<a>')],
  ['open elements, a line each', (n) => times(n, '<a>\n')],
  ['open elements at the end of a line', (n) => times(n, '<a>\n<b>x')],
  ['open elements, then siblings for all', (n) => times(n, '<a>', '\n<b/>')],
  ['open devices, then what fits nowhere', (n) => `<domain>${times(n, '<disk>', '\n<os/>')}`],
  ['stray closing tags', (n) => times(n, '</b>')],
  ['stray closing tags in a deep nest', (n) => times(n, '<a>', '</b>')],
  ['stray closing tags behind text', (n) => `<ab>\n${times(n, 'x</zz>')}`],
  ['stray closing tags that could take siblings', (n) => `<a>${times(n, '<b/>', 'x\n  </z>')}`],
  ['stray closing tags that take siblings', (n) => `<a>${times(n, '\n   <b/>', '\n  </z>')}`],
  ['closing tags begun', (n) => `<ab>${times(n, ' </a')}`],
  ['open comments', (n) => times(n, '<!--')],
  ['open comments, a line each', (n) => times(n, '<!-- x\n')],
  ['open instructions', (n) => times(n, '<?')],
  ['open CDATA sections', (n) => times(n, '<a><![CDATA[ </a>')],
  ['open document types', (n) => `${times(n, '<!DOCTYPE [>')}]${times(n, 'x')}`],
  ['open quotes', (n) => times(n, '<a b="')],
  ['open quotes of both kinds', (n) => times(n, `<a b="<a c='`)],
  ['values that swallow attributes', (n) => `<a ${times(n, "b='c=")}`],
  ['open template blocks', (n) => times(n, '{{')],
  ['template blocks in values', (n) => `--${times(n, '<a<a b="{%', '}}%}')}`],
  ['bare angle brackets', (n) => times(n, '< ')],
  ['bare ampersands', (n) => times(n, '&')],
  ['endless references', (n) => `&#${times(n, '1')}`],
  ['blanks before tags on one line', (n) => `${times(n, ' ')}${times(n, '<a/>')}`],
  ['blanks', (n) => times(n, '<a/>', '  ', '\n')],
  ['long names', (n) => `<${times(n, 'a')}></${times(n, 'b')}>`],
  ['attributes', (n) => `<a ${Array.from({ length: n }, (_, i) => `b${i}="1"`).join(' ')}/>`],
];

describe('ten times the text costs at most twelve times the work', () => {
  it.each(GROWING)('%s', (_, text) => {
    const [small, large] = [text(1000), text(10_000)];
    // Names and numbers may grow a little; what is asked for is the work for a character.
    const growth = large.length / small.length;
    expect(workOf(large) / workOf(small)).toBeLessThanOrEqual(1.2 * growth);
  });
});
