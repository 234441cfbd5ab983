import type { Change } from '../../dialects/change.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'root-element-misspelt',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'The outermost element of a domain has another name.',
  reveals: true,
  sources: [
    {
      title: "libvirt: expecting root element of 'domain'",
      ref: 'src/util/virxml.c: virXMLParseHelper',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { uri } = guest.label;
    const { text } = domain.name;
    if (text === 'domain') return;
    const rename = (start: number): Change => ({
      op: 'text',
      span: spanOf(uri, { start, end: start + text.length }),
      newText: 'domain',
    });
    const close = domain.endTagStart;
    report({
      message: `What is described here is a domain, and the element is called <${text}>: libvirt refuses it with "expecting root element of 'domain', not '${text}'".`,
      at: spanOf(uri, domain.name),
      about: domain,
      fixes: [
        {
          title: 'Call it <domain>',
          applicability: 'safe',
          changes: [rename(domain.name.start), ...(close === undefined ? [] : [rename(close + 2)])],
        },
      ],
    });
  },
});
