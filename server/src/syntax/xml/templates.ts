import { oncePer } from '../../values/oncePer.ts';
import { BRACE, DOLLAR, LESS } from './characters.ts';
import type { Scanner } from './scanner.ts';
import type { XmlElement } from './tree.ts';

const CLOSERS: Readonly<Record<string, string>> = {
  '{{': '}}',
  '{%': '%}',
  '{#': '#}',
  '<%': '%>',
  '${': '}',
};

/** What the openers of template blocks begin with. */
export const mayOpenBlock = (code: number): boolean => code === BRACE || code === LESS || code === DOLLAR;

/** The same, to search for. */
export const OPENERS = /[{<$]/g;

/**
 * End of the template block (Jinja, ERB, Mako) that starts at `at`; `at` where none does. It closes on the same line;
 * one of ERB, which XML has no place for at all, before another one opens, so that a block that is being typed does not
 * reach to the end of the next. Where XML allows none, quotes and angle brackets in a block belong to the template's
 * language; `${` and a later brace are also found around tags, in texts that no template engine ever sees.
 */
export function templateEnd(scanner: Scanner, at: number): number {
  const opener = scanner.text.slice(at, at + 2);
  const closer = CLOSERS[opener];
  if (closer === undefined) return at;
  const close = scanner.next(closer, at + 2);
  if (close === scanner.end) return at;
  if (opener === '${' && scanner.next('<', at) < close) return at;
  const isOne = close < scanner.lineEnd(at) || (opener === '<%' && close < scanner.next('<%', at + 2));
  return isOne ? close + closer.length : at;
}

/** `<<%= name %>>`, `<{{ name }}>`, `<%(name)s>`: tags that only the template engine makes. */
const MADE_TAG = /<\/?(?:<%|\{\{|\$\{|%\()/;

/** True where elements among the children may stand in others, of which only a template knows the names. */
export const holdsMadeTags = oncePer((element: XmlElement): boolean =>
  element.children.some((node) => node.kind === 'text' && MADE_TAG.test(node.raw)),
);
