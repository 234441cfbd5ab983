import type { Change } from '../../dialects/change.ts';
import { type Numatune, numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type Fix } from '../define.ts';
import { placeOfAttribute } from './attributes.ts';

export default defineRule({
  name: 'numatune-auto-with-memnode',
  reads: 'libvirt',
  concerns: ['memnode'],
  topic: 'pinning',
  severity: 'error',
  summary: 'The memory of a cell is bound by hand while numad is to place all of it.',
  explains: ['numatune-auto-ignores-nodeset', 'memnode-without-cells'],
  sources: [
    {
      title: 'libvirt: Per-node binding is not compatible with automatic NUMA placement.',
      ref: 'src/conf/numa_conf.c: virDomainNumatuneNodeParseXML',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const numatune = numatuneOf(domain);
    const { element, memory, memnodes, placement } = numatune;
    if (!element || placement !== 'auto' || memnodes.length === 0) return;
    const vcpu = child(domain, 'vcpu');
    const own = memory && attribute(memory, 'placement')?.value?.text === 'auto';
    const asking = own || !vcpu ? (memory ?? element) : vcpu;
    report({
      message:
        "placement='auto' lets numad choose the host nodes, but <memnode> names them: libvirt refuses the domain with " +
        '"Per-node binding is not compatible with automatic NUMA placement.".',
      at: placeOfAttribute(guest.label.uri, asking, 'placement'),
      about: element,
      related: memnodes.slice(0, 1).map((memnode) => ({
        span: { ...guest.label, start: memnode.name.start, end: memnode.name.end },
        message: 'Bound by hand here.',
      })),
      fixes: [
        ...bindByHand(numatune, vcpu),
        {
          title: 'Leave it all to numad: remove <memnode>',
          applicability: 'suggestion',
          changes: memnodes.map((memnode) => ({ op: 'remove-element', element: memnode })),
        },
      ],
    });
  },
});

/** Without numad: what `<memory>` then says must be whole, or it goes. */
function bindByHand({ memory }: Numatune, vcpu: XmlElement | undefined): Fix[] {
  const changes: Change[] = [];
  const whole = memory !== undefined && attribute(memory, 'nodeset') !== undefined;
  if (memory && !whole) changes.push({ op: 'remove-element', element: memory });
  else if (memory && attribute(memory, 'placement')) {
    changes.push({ op: 'remove-attribute', element: memory, name: 'placement' });
  }
  const asks = vcpu && attribute(vcpu, 'placement')?.value?.text === 'auto';
  if (asks && !whole) changes.push({ op: 'set-attribute', element: vcpu, name: 'placement', text: 'static' });
  return [{ title: 'Bind it by hand, without numad', applicability: 'suggestion', changes }];
}
