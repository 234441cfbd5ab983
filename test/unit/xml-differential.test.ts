import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { neverInside } from '../../server/src/dialects/libvirt/nesting.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import type { XmlElement } from '../../server/src/syntax/xml/tree.ts';
import { libvirtCorpus } from './xmlCorpus.ts';

/** What both parsers can be asked for: a text, or an element with its attributes and content. */
type Common = string | { name: string; attributes: Record<string, string>; content: Common[] };

/** Neighbouring texts and CDATA sections are one, comments and instructions none, line ends those of XML 1.0. */
function joined(content: readonly Common[]): Common[] {
  const out: Common[] = [];
  for (const each of content) {
    const last = out.at(-1);
    if (typeof each === 'string' && typeof last === 'string') out[out.length - 1] = last + each;
    else if (each !== '') out.push(each);
  }
  return out.map((each) => (typeof each === 'string' ? each.replaceAll('\r\n', '\n') : each));
}

function ours(element: XmlElement): Common[] {
  const content: Common[] = [];
  for (const node of element.children) {
    if (node.kind === 'text' || node.kind === 'cdata') content.push(node.text);
    if (node.kind !== 'element') continue;
    const attributes = Object.fromEntries(node.attributes.map(({ name, value }) => [name.text, value!.text]));
    content.push({ name: node.name.text, attributes, content: ours(node) });
  }
  return joined(content);
}

const reader = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  commentPropName: '#comment',
  cdataPropName: '#cdata',
  // Brings the character references besides the entities of HTML, of which the documents have none.
  htmlEntities: true,
});

type TheirNode = Record<string, unknown>;

function theirs(nodes: readonly TheirNode[]): Common[] {
  const content: Common[] = [];
  for (const node of nodes) {
    const name = Object.keys(node).find((key) => key !== ':@')!;
    const inner = node[name];
    if (name === '#text') content.push(String(inner));
    else if (name === '#cdata') content.push(...theirs(inner as TheirNode[]));
    else if (name !== '#comment' && !name.startsWith('?')) {
      const attributes = (node[':@'] ?? {}) as Record<string, string>;
      content.push({ name, attributes, content: theirs(inner as TheirNode[]) });
    }
  }
  return joined(content);
}

/** The outermost elements: fast-xml-parser leaves out the text around them. */
const elementsOf = (content: readonly Common[]): Common[] =>
  content.filter((each) => typeof each !== 'string');

const read = (text: string): Common[] => elementsOf(theirs(reader.parse(text) as TheirNode[]));

const name = fc.oneof(
  fc.constantFrom('domain', 'devices', 'disk', 'source', 'cpu', 'numa', 'memory', 'qemu:arg', 'os'),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/).filter((each) => !(each in {})),
);

/** Characters that XML, the two parsers and people treat in ways of their own. */
const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'<>&"\'{}%$@#=/[]-?! \nab1é€😀') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
);

/** A character and one of the ways to write it; `special` must not stand as it is. */
const written = (special: string): fc.Arbitrary<[text: string, raw: string]> =>
  fc.tuple(character, fc.nat(5)).map(([text, way]) => {
    const code = text.codePointAt(0)!;
    const named = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }[text];
    if (way === 0) return [text, `&#${code};`];
    if (way === 1) return [text, `&#x${code.toString(16)};`];
    return [text, named !== undefined && (way === 2 || special.includes(text)) ? named : text];
  });

/** A text and the way it is written. */
const run = (special: string, minLength = 0): fc.Arbitrary<[text: string, raw: string]> =>
  fc
    .array(written(special), { minLength, maxLength: 8 })
    .map((pieces) => [pieces.map(([text]) => text).join(''), pieces.map(([, raw]) => raw).join('')]);

interface Written {
  readonly common: Common;
  readonly raw: string;
}

const attributes = fc.uniqueArray(
  fc
    .tuple(name, fc.constantFrom('"', "'"))
    .chain(([key, quote]) =>
      run(`<&${quote}`).map(([text, raw]) => ({ key, text, raw: ` ${key} = ${quote}${raw}${quote}` })),
    ),
  { selector: ({ key }) => key, maxLength: 3 },
);

const { element } = fc.letrec<{ element: Written; node: Written }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    run('<&>', 1).map(([common, raw]) => ({ common, raw })),
    fc.string({ maxLength: 6 }).map((text) => {
      const common = text.replaceAll(/[\]\r]/g, '');
      return { common, raw: `<![CDATA[${common}]]>` };
    }),
    fc.string({ maxLength: 6 }).map((text) => ({ common: '', raw: `<!--${text.replaceAll('-', '')}-->` })),
    fc
      .constantFrom('<?x y?>', '<?x <?y ?>', '<?x <?>', '<!--<a>-->', '<!--<!-->', '<!-- > -->')
      .map((raw) => ({ common: '', raw })),
    tie('element'),
  ),
  element: fc
    .tuple(name, attributes, fc.array(tie('node'), { maxLength: 5 }), fc.constantFrom('', ' ', '\n  '))
    .map(([tag, list, nodes, blank]) => ({
      common: {
        name: tag,
        attributes: Object.fromEntries(list.map(({ key, text }) => [key, text])),
        content: joined(nodes.map(({ common }) => common)),
      },
      raw: `<${tag}${list.map(({ raw }) => raw).join('')}${blank}${
        nodes.length === 0 ? '/>' : `>${nodes.map(({ raw }) => raw).join('')}</${tag}${blank}>`
      }`,
    })),
}));

/** Braces around a tag on one line, which are read as a block of a template and hide the tag. */
const looksLikeTemplate = (raw: string): boolean => /\{[{%#][^\n]*<[^\n]*[}%#]\}/.test(raw);

const document = element.filter(({ raw }) => !looksLikeTemplate(raw));

describe('a well-formed document', () => {
  it('is read as it was made, without a problem', () => {
    fc.assert(
      fc.property(document, ({ common, raw }) => {
        const { root, problems } = parseXml(raw, neverInside);
        expect(problems).toEqual([]);
        expect(ours(root)).toEqual([common]);
      }),
      { numRuns: 500 },
    );
  });

  it('is read as fast-xml-parser reads it', () => {
    fc.assert(
      fc.property(document, ({ raw }) => {
        expect(elementsOf(ours(parseXml(raw).root))).toEqual(read(raw));
      }),
      { numRuns: 500 },
    );
  });

  const corpus = libvirtCorpus();
  it.skipIf(corpus.length === 0)("is read as fast-xml-parser reads it: libvirt's own tests", () => {
    for (const { name: file, text } of corpus) {
      const { root, problems } = parseXml(text, neverInside);
      expect(problems, file).toEqual([]);
      expect(elementsOf(ours(root)), file).toEqual(read(text));
    }
  });
});
