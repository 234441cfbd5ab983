import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlValue } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

/** What a <graphics> may say by itself, and the first <listen> of that type by an attribute of its own. */
const TWICE = [
  { own: 'listen', type: 'address', inner: 'address', displays: ['vnc', 'spice', 'rdp'] },
  { own: 'socket', type: 'socket', inner: 'socket', displays: ['vnc'] },
] as const;

export default defineRule({
  name: 'graphics-listen-mismatch',
  reads: 'libvirt',
  concerns: ['listen'],
  topic: 'structure',
  severity: 'error',
  summary: 'A display says two different addresses to listen on.',
  explains: ['vnc-open-to-network'],
  sources: [
    {
      title: "libvirt: graphics 'listen' attribute must match 'address' attribute of first listen element",
      ref: 'src/conf/domain_conf.c: virDomainGraphicsListensParseXML',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { uri } = guest.label;
    for (const graphics of children(domain, 'devices').flatMap((devices) => children(devices, 'graphics'))) {
      const listen = children(graphics, 'listen')[0];
      const pair = listen && contradiction(graphics, listen);
      if (!pair) continue;
      const { own, inner, mine, theirs } = pair;
      report({
        message:
          `${own}='${mine.text}' says something else than the <listen> in it, and libvirt wants both to agree: it refuses the ` +
          `domain with "graphics '${own}' attribute '${mine.text}' must match '${inner}' attribute of first listen element ` +
          `(found '${theirs.text}')".`,
        at: spanOf(uri, mine),
        about: graphics,
        related: [{ span: spanOf(uri, theirs), message: `The <listen> says '${theirs.text}'.` }],
        fixes: [
          {
            title: `Remove ${own}=, which leaves '${theirs.text}'`,
            applicability: 'suggestion',
            changes: [{ op: 'remove-attribute', element: graphics, name: own }],
          },
          {
            title: `Write '${mine.text}' into the <listen>`,
            applicability: 'suggestion',
            changes: [{ op: 'set-attribute', element: listen, name: inner, text: mine.text }],
          },
        ],
      });
    }
  },
});

interface Contradiction {
  readonly own: string;
  readonly inner: string;
  readonly mine: XmlValue;
  readonly theirs: XmlValue;
}

function contradiction(graphics: XmlElement, listen: XmlElement): Contradiction | undefined {
  const display = attribute(graphics, 'type')?.value?.text ?? '';
  const pair = TWICE.find(({ type }) => attribute(listen, 'type')?.value?.text === type);
  if (!pair?.displays.some((name) => name === display)) return undefined;
  const mine = attribute(graphics, pair.own)?.value;
  const theirs = attribute(listen, pair.inner)?.value;
  if (!mine || !theirs || mine.text === theirs.text) return undefined;
  if (isPlaceholder(mine.text) || isPlaceholder(theirs.text)) return undefined;
  return { own: pair.own, inner: pair.inner, mine, theirs };
}
