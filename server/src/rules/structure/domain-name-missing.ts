import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, textOf } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { tellRefusal } from '../refusal.ts';

export default defineRule({
  name: 'domain-name-missing',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A domain has no name.',
  explains: ['required-part-missing'],
  sources: [
    { title: 'libvirt: missing name information', ref: 'src/conf/domain_conf.c: virDomainDefParseXML' },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const name = child(domain, 'name');
    // Pieces of a domain are kept to be pasted into a whole one.
    const isWhole = attribute(domain, 'type') && child(domain, 'memory') && child(domain, 'os');
    if (!isWhole || mayGainChildren(domain)) return;
    if (name && (textOf(name).range || mayGainChildren(name))) return;
    tellRefusal(context, {
      fact: 'The domain has no name',
      words: 'missing name information',
      element: name ?? domain,
      fixes: name
        ? []
        : [
            {
              title: 'Call it guest',
              applicability: 'suggestion',
              changes: [{ op: 'add-element', parent: domain, template: { name: 'name', text: 'guest' } }],
            },
          ],
    });
  },
});
