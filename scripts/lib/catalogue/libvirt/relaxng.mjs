// RELAX NG in its XML form, read into the compact patterns that server/src/catalogue/schema/grammar.ts understands.
import fs from 'node:fs';
import path from 'node:path';
import { XMLParser } from 'fast-xml-parser';

const SIGNS = {
  optional: '?',
  zeroOrMore: '*',
  oneOrMore: '+',
  choice: '|',
  interleave: '&',
  group: ',',
};
const ATTRIBUTES = ':@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  // Character references, as in [&#x20;-&#x7E;], are decoded with these only.
  htmlEntities: true,
});

/** An element of the parser as its tag, its attributes and its children. */
function nodeOf(raw) {
  const tag = Object.keys(raw).find((key) => key !== ATTRIBUTES);
  return { tag, attributes: raw[ATTRIBUTES] ?? {}, content: raw[tag] };
}

const elementsOf = (content) => content.map(nodeOf).filter(({ tag }) => !tag.startsWith('#'));

const textOf = (content) =>
  content
    .map(nodeOf)
    .map(({ tag, content: text }) => (tag === '#text' ? String(text) : ''))
    .join('');

/**
 * Compiles a schema and everything it includes.
 * @param folder where the *.rng files are
 * @param root the file that holds <start>
 * @returns {{ [define: string]: unknown[] }} the patterns of each define that is reached from `$start`
 * @throws where the schema uses a construct that is not known here: the result would be wrong
 */
export function compileSchema(folder, root) {
  const defines = new Map();
  const seen = new Set();
  let start;
  const load = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const document = parser.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
    const grammar = elementsOf(document).find(({ tag }) => tag === 'grammar');
    if (!grammar) throw new Error(`${name} holds no grammar`);
    const ns = grammar.attributes.ns ?? '';
    const visit = (content) => {
      for (const node of elementsOf(content)) {
        if (node.tag === 'include') {
          load(node.attributes.href);
          visit(node.content);
        } else if (node.tag === 'div') visit(node.content);
        else if (node.tag === 'start') start ??= compileAll(node.content, ns);
        else if (node.tag === 'define') {
          const known = defines.get(node.attributes.name) ?? [];
          known.push({ combine: node.attributes.combine, body: compileAll(node.content, ns) });
          defines.set(node.attributes.name, known);
        } else throw new Error(`${name}: <${node.tag}> in a grammar is not understood`);
      }
    };
    visit(grammar.content);
  };
  load(root);
  if (!start) throw new Error(`${root} has no <start>`);
  return reached(start, defines);
}

const compileAll = (content, ns) => elementsOf(content).map((node) => compile(node, ns));

function compile({ tag, attributes, content }, inherited) {
  const ns = attributes.ns ?? inherited;
  switch (tag) {
    case 'element':
    case 'attribute': {
      // An attribute belongs to a namespace only where that is written beside its own name.
      const own = tag === 'element' ? ns : (attributes.ns ?? '');
      const name = attributes.name?.trim();
      const qualified = name === undefined ? null : own ? `{${own}}${name}` : name;
      return [tag[0], qualified, ...compileAll(content, ns)];
    }
    case 'ref':
      return `@${attributes.name}`;
    case 'value':
      return `=${textOf(content)}`;
    case 'data':
      return ['d', attributes.type, ...compileAll(content, ns)];
    case 'param':
      return [attributes.name, textOf(content)];
    case 'text':
    case 'empty':
      return tag;
    case 'notAllowed':
    case 'anyName':
    case 'except':
      return [tag, ...compileAll(content, ns)];
    default:
      if (SIGNS[tag]) return [SIGNS[tag], ...compileAll(content, ns)];
      throw new Error(`<${tag}> is not understood`);
  }
}

/** Several defines of one name are one pattern, joined as their combine= says. */
function joined(name, parts) {
  if (parts.length === 1) return parts[0].body;
  const ways = new Set(parts.map(({ combine }) => combine).filter(Boolean));
  if (ways.size !== 1)
    throw new Error(`${name} is defined ${parts.length} times, and nothing says how they combine`);
  return [[SIGNS[[...ways][0]], ...parts.map(({ body }) => (body.length === 1 ? body[0] : [',', ...body]))]];
}

function reached(start, defines) {
  const result = { $start: start };
  const visit = (pattern) => {
    if (Array.isArray(pattern)) pattern.forEach(visit);
    else if (typeof pattern === 'string' && pattern.startsWith('@')) {
      const name = pattern.slice(1);
      if (result[name]) return;
      if (!defines.has(name)) throw new Error(`${name} is used, and defined nowhere`);
      result[name] = joined(name, defines.get(name));
      visit(result[name]);
    }
  };
  visit(start);
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}
