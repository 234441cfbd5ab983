import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { atLeast, type Target } from '../../guest/target.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { placeOfAttribute } from './attributes.ts';

/** The first version that is known to want `restrictive` in `<memory>` wherever a `<memnode>` has it; 9.0 does not. */
const BOTH_WAYS = [10, 7] as const;

export default defineRule({
  name: 'restrictive-mix',
  reads: 'libvirt',
  concerns: ['memnode'],
  topic: 'pinning',
  severity: 'error',
  summary: "The mode 'restrictive' stands beside another mode.",
  sources: [
    {
      title: "libvirt: 'restrictive' mode is required in memnode element",
      ref: 'src/conf/numa_conf.c: virDomainNumaDefValidate, virDomainNumatuneNodeParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { memory, memnodes, placement } = numatuneOf(context.domain);
    // With numad, libvirt refuses the <memnode> whatever its mode.
    if (placement === 'auto' || placement === 'unknown') return;
    const all = placement === 'none' ? 'strict' : modeOf(memory);
    for (const memnode of memnodes) {
      const own = modeOf(memnode);
      if (all === undefined || own === undefined || (all === 'restrictive') === (own === 'restrictive'))
        continue;
      if (own === 'restrictive') reportMemory(context, memory, memnode, all);
      else reportMemnode(context, memnode, own);
    }
  },
});

/** Without a mode it is strict; undefined where a template chooses it. */
function modeOf(element: XmlElement | undefined): string | undefined {
  const text = (element && attribute(element, 'mode')?.value?.text) ?? 'strict';
  return isPlaceholder(text) ? undefined : text;
}

function reportMemnode({ guest, report }: LibvirtContext, memnode: XmlElement, mode: string): void {
  report({
    message:
      `The memory of the guest is restrictive, that of this cell ${mode}: libvirt refuses the domain with ` +
      `"'restrictive' mode is required in memnode element when mode is 'restrictive' in memory element".`,
    at: placeOfAttribute(guest.label.uri, memnode, 'mode'),
    about: memnode,
    fixes: [
      {
        title: 'Make the cell restrictive too',
        applicability: 'suggestion',
        changes: [{ op: 'set-attribute', element: memnode, name: 'mode', text: 'restrictive' }],
      },
    ],
  });
}

function reportMemory(
  { guest, target, report }: LibvirtContext,
  memory: XmlElement | undefined,
  memnode: XmlElement,
  mode: string,
): void {
  const refused = isRefused(target);
  if (!refused && !memory) return;
  const refusal =
    "\"'restrictive' mode is required in memory element when mode is 'restrictive' in memnode element\"";
  report({
    message:
      `The memory of this cell is restrictive, that of the guest ${mode}: ` +
      `${refused ? 'libvirt refuses the domain' : 'newer versions of libvirt refuse the domain'} with ${refusal}.`,
    at: placeOfAttribute(guest.label.uri, memnode, 'mode'),
    about: memnode,
    ...(refused ? {} : { severity: 'warning' }),
    fixes: [
      ...(memory && attribute(memory, 'nodeset')
        ? [
            {
              title: 'Make all of it restrictive',
              applicability: 'suggestion' as const,
              changes: [{ op: 'set-attribute' as const, element: memory, name: 'mode', text: 'restrictive' }],
            },
          ]
        : []),
      {
        title: 'Make the cell strict',
        applicability: 'suggestion',
        changes: [{ op: 'set-attribute', element: memnode, name: 'mode', text: 'strict' }],
      },
    ],
  });
}

const isRefused = ({ libvirt }: Target): boolean => libvirt !== undefined && atLeast(libvirt, BOTH_WAYS);
