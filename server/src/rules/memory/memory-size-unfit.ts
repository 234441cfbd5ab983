import { cellElements } from '../../dialects/libvirt/lower/memory.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isKnown } from '../../guest/value.ts';
import { attribute, child, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { KiB, MiB } from '../../values/byteSize.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { type Refusal, tellRefusal } from '../refusal.ts';

/**
 * The largest whole number of MiB, to which sizes are rounded up each, that is no more KiB than libvirt counts with
 * (src/conf/domain_conf.c: virMemoryMaxValue).
 */
const MOST = ((((1n << 53n) - 1n) * KiB) / MiB) * MiB;

export default defineRule({
  name: 'memory-size-unfit',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'error',
  summary: 'A guest has no memory, or more than can be counted.',
  sources: [
    {
      title: 'libvirt: Memory size must be specified via <memory> or in the <numa> configuration',
      ref: 'src/conf/domain_postparse.c: virDomainDefPostParseMemory',
    },
    {
      title: 'libvirt: memory size of NUMA node overflowed after alignment',
      ref: 'src/qemu/qemu_domain.c: qemuDomainAlignMemorySizes',
    },
  ],
  since: '0.1.0',
  check(context) {
    const none = noneIn(context);
    if (none) tellRefusal(context, none);
    checkMost(context);
  },
});

function noneIn({ domain }: LibvirtContext): Refusal | undefined {
  // Pieces of a domain are kept to be pasted into a whole one.
  const isWhole = attribute(domain, 'type') && child(domain, 'name') && child(domain, 'os');
  const memory = child(domain, 'memory');
  if (!isWhole || mayGainChildren(domain) || (memory && !isNothing(memory))) return undefined;
  const cpu = child(domain, 'cpu');
  if (cellElements(domain).length > 0 || (cpu && mayGainChildren(cpu))) return undefined;
  return {
    fact: 'Nothing says how much memory the guest has',
    words: 'Memory size must be specified via <memory> or in the <numa> configuration',
    element: memory ?? domain,
    fixes: memory
      ? []
      : [
          {
            title: 'Give it 2 GiB',
            applicability: 'suggestion',
            changes: [
              {
                op: 'add-element',
                parent: domain,
                template: { name: 'memory', attributes: { unit: 'GiB' }, text: '2' },
                after: child(domain, 'name')!,
              },
            ],
          },
        ],
  };
}

/** Zero, or no text at all. */
const isNothing = (memory: XmlElement): boolean => {
  const { text } = textOf(memory);
  return text === '' ? memory.children.every(({ kind }) => kind === 'text') : /^0+$/.test(text);
};

function checkMost(context: LibvirtContext): void {
  for (const [i, node] of context.guest.nodes.items.entries()) {
    if (!isKnown(node.size) || node.size.value <= MOST) continue;
    const element = context.sources.get(node);
    if (!element) continue;
    tellRefusal(context, {
      fact: `No memory is as large as ${node.size.value / KiB} KiB`,
      words: `memory size of NUMA node '${isKnown(node.id) ? node.id.value : i}' overflowed after alignment`,
      element,
      attribute: 'memory',
    });
  }
}
