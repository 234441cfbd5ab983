import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { emptyListRefusal, placeOfAttribute } from './attributes.ts';

export default defineRule({
  name: 'numatune-auto-ignores-nodeset',
  reads: 'libvirt',
  concerns: ['numatune'],
  topic: 'pinning',
  severity: 'warning',
  summary: 'Host nodes are named where numad is to choose them.',
  explains: ['ignored-attribute'],
  sources: [{ title: 'libvirt: placement', ref: 'src/conf/numa_conf.c: virDomainNumatuneSet' }],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { element, memory, placement } = numatuneOf(domain);
    const nodeset = memory && attribute(memory, 'nodeset')?.value?.text;
    if (!element || !memory || nodeset === undefined || placement !== 'auto') return;
    if (emptyListRefusal(memory, 'nodeset') !== undefined) return;
    report({
      message:
        `placement='auto' lets numad choose the host nodes: libvirt drops nodeset='${nodeset}' silently, and the ` +
        'memory may come from any.',
      at: placeOfAttribute(guest.label.uri, memory, 'nodeset'),
      about: element,
      tags: ['unnecessary'],
      fixes: [
        {
          title: `Take the memory from there: remove placement='auto'`,
          applicability: 'suggestion',
          changes: [{ op: 'remove-attribute', element: memory, name: 'placement' }],
        },
        {
          title: 'Leave it to numad: remove nodeset=',
          applicability: 'safe',
          changes: [{ op: 'remove-attribute', element: memory, name: 'nodeset' }],
        },
      ],
    });
  },
});
