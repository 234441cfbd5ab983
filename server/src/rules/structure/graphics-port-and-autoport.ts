import { attribute } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeAttribute, word } from '../refusal.ts';

export default defineRule({
  name: 'graphics-port-and-autoport',
  reads: 'libvirt',
  concerns: ['autoport'],
  topic: 'structure',
  severity: 'information',
  summary: 'A display names a port, and lets libvirt choose one.',
  sources: [
    { title: 'libvirt: autoport', ref: 'src/conf/domain_conf.c: virDomainGraphicsDefParseXMLVNC, …SPICE' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    // A running guest is shown with the port that was chosen.
    if (attribute(domain, 'id')) return;
    for (const graphics of devicesOf(domain, 'graphics')) {
      const port = attribute(graphics, 'port');
      const number = Number(word(graphics, 'port') ?? Number.NaN);
      if (!port || !(number > 0) || word(graphics, 'autoport') !== 'yes') continue;
      report({
        message: `autoport='yes' lets libvirt choose the port at every start: the display need not be at ${number}.`,
        at: spanOf(guest.label.uri, port.name),
        about: graphics,
        fixes: [removeAttribute(graphics, 'autoport'), removeAttribute(graphics, 'port')],
      });
    }
  },
});
