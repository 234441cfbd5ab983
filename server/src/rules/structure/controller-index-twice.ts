import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

/** Of PCI pci-address-conflict and others speak; of USB several controllers share an index. */
const TYPES = new Set(['scsi', 'sata', 'ide', 'fdc', 'virtio-serial', 'ccid', 'xenbus']);

export default defineRule({
  name: 'controller-index-twice',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two controllers of a type have the same index.',
  explains: ['controller-model-unfit'],
  sources: [
    {
      title: "libvirt: Multiple '…' controllers with index",
      ref: 'src/conf/domain_conf.c: virDomainDefRejectDuplicateControllers',
    },
  ],
  since: '0.1.0',
  check(context) {
    const seen = new Map<string, XmlElement>();
    const used = new Set<number>();
    for (const controller of devicesOf(context.domain, 'controller')) {
      const type = word(controller, 'type') ?? '';
      const index = parseLibvirtNumber(word(controller, 'index') ?? '');
      if (!TYPES.has(type) || index === undefined) continue;
      used.add(index);
      const first = seen.get(`${type} ${index}`);
      if (!first) {
        seen.set(`${type} ${index}`, controller);
        continue;
      }
      tellRefusal(context, {
        fact: `Two controllers of type ${type} have index ${index}`,
        words: `Multiple '${type}' controllers with index '${index}'`,
        element: controller,
        attribute: 'index',
        beside: { element: first, message: 'The first one.' },
        fixes: [
          removeElement(controller),
          writeAttribute(controller, 'index', String(Math.max(...used) + 1)),
        ],
      });
    }
  },
});
