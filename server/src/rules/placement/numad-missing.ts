import type { Change } from '../../dialects/change.ts';
import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'numad-missing',
  reads: 'libvirt',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'error',
  summary: 'numad is to place the guest, and the host has no numad.',
  sources: [
    {
      title: 'libvirt: Failed to query numad for the advisory nodeset; numad is not available on this host',
      ref: 'src/util/virnuma.c: virNumaGetAutoPlacementAdvice',
    },
    { title: 'libvirt: who asks numad', ref: 'src/conf/domain_conf.c: virDomainDefNeedsPlacementAdvice' },
  ],
  since: '0.1.0',
  check({ domain, guest, host, report }) {
    if (host.profile.software?.numad !== false) return;
    const vcpu = child(domain, 'vcpu');
    const { memory } = numatuneOf(domain);
    const asking = [vcpu, memory].filter((element) => element !== undefined && asksNumad(element));
    const [first] = asking as XmlElement[];
    const value = first && attribute(first, 'placement')?.value;
    if (!value) return;
    report({
      message:
        "placement='auto' makes libvirt ask numad where the guest is to run, and by its profile this host has none: the " +
        'guest is not started, with "Failed to query numad for the advisory nodeset", or "numad is not available on this ' +
        'host" where libvirt was built without it.',
      at: spanOf(guest.label.uri, value),
      about: first,
      fixes: [placeByHand(asking as XmlElement[])],
    });
  },
});

const asksNumad = (element: XmlElement): boolean => attribute(element, 'placement')?.value?.text === 'auto';

/** A `<memory>` that says no nodes must not stay without numad; the vCPUs then run anywhere. */
function placeByHand(asking: readonly XmlElement[]): Fix {
  const changes = asking.map((element): Change => {
    const bare = element.name.text === 'memory' && !attribute(element, 'nodeset');
    return bare
      ? { op: 'remove-element', element }
      : { op: 'set-attribute', element, name: 'placement', text: 'static' };
  });
  return { title: 'Do without numad', applicability: 'suggestion', changes };
}
