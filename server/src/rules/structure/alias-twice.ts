import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { allDevicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'alias-twice',
  reads: 'libvirt',
  concerns: ['alias'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two devices have the same alias.',
  sources: [
    {
      title: 'libvirt: non unique alias detected',
      ref: 'src/conf/domain_validate.c: virDomainDeviceDefValidateAliasesIterator',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const seen = new Map<string, XmlElement>();
    for (const device of allDevicesOf(domain)) {
      const alias = child(device, 'alias');
      const name = word(alias, 'name');
      // Other aliases libvirt gives itself. A console that shows the first serial port is the same device.
      if (!alias || !name?.startsWith('ua-') || device.name.text === 'console') continue;
      const first = seen.get(name);
      if (!first) {
        seen.set(name, alias);
        continue;
      }
      tellRefusal(context, {
        fact: `Two devices are called ${name}`,
        words: `non unique alias detected: ${name}`,
        element: alias,
        attribute: 'name',
        beside: { element: first, message: 'The first one.' },
        fixes: [removeElement(alias)],
      });
    }
  },
});
