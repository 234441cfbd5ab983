import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { allDevicesOf, at, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'security-label-unfit',
  reads: 'libvirt',
  concerns: ['seclabel'],
  topic: 'structure',
  severity: 'error',
  summary:
    'The source of a device asks for a security label that the domain does not give, or the domain gives one twice.',
  sources: [
    {
      title:
        'libvirt: Cannot specify relabel if label is missing; label overrides require relabeling to be enabled',
      ref: 'src/conf/domain_conf.c: virSecurityDeviceLabelDefParseXML; domain_validate.c',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const off = new Set(
      children(domain, 'seclabel')
        .filter((label) => word(label, 'relabel') === 'no')
        .map((label) => word(label, 'model')),
    );
    const seen = new Map<string, XmlElement>();
    for (const label of children(domain, 'seclabel')) {
      const model = word(label, 'model');
      const first = model === undefined ? undefined : seen.get(model);
      if (model !== undefined && !first) seen.set(model, label);
      if (!first) continue;
      tellRefusal(context, {
        fact: `A guest has one label of ${model}, and this is another`,
        words: `seclabel for model ${model} is already provided`,
        element: label,
        attribute: 'model',
        beside: { element: first, message: 'The first one.' },
        fixes: [removeElement(label)],
      });
    }
    for (const device of allDevicesOf(domain)) {
      const ofSource = new Map<string, XmlElement>();
      for (const label of children(at(device, 'source') ?? device, 'seclabel')) {
        const model = word(label, 'model');
        const earlier = model === undefined ? undefined : ofSource.get(model);
        if (model !== undefined && !earlier) ofSource.set(model, label);
        if (earlier) {
          tellRefusal(context, {
            fact: `A source has one label of ${model}, and this is another`,
            words: `seclabel for model ${model} is already provided`,
            element: label,
            attribute: 'model',
            beside: { element: earlier, message: 'The first one.' },
            fixes: [removeElement(label)],
          });
          continue;
        }
        if (word(label, 'relabel') !== 'yes' || model === undefined || child(label, 'label')) continue;
        if (off.has(model)) {
          tellRefusal(context, {
            fact: `relabel='yes' labels this source, and the domain labels nothing of ${model}`,
            words: 'label overrides require relabeling to be enabled at the domain level',
            element: label,
            attribute: 'relabel',
            fixes: [removeElement(label), removeAttribute(label, 'relabel')],
          });
        }
      }
    }
  },
});
