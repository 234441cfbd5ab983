import { memoryBackingParts } from '../../dialects/libvirt/lower/memoryBacking.ts';
import { Reader, readSize } from '../../dialects/libvirt/values.ts';
import { isKnown } from '../../guest/value.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { KiB } from '../../values/byteSize.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { countCells } from '../pinning/cells.ts';
import { removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'hugepage-sizes-mixed',
  reads: 'libvirt',
  concerns: ['page'],
  topic: 'memory',
  severity: 'error',
  summary: 'Two sizes of huge pages are each for all of the memory, or one is of nothing.',
  sources: [
    {
      title: 'libvirt: two master hugepages detected',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefMemoryHugepages; domain_validate.c',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const cells = countCells(domain);
    const pages = memoryBackingParts(domain, 'hugepages')
      .slice(0, 1)
      .flatMap((hugepages) => children(hugepages, 'page'));
    for (const page of pages.filter((each) => sizeOf(context, each) === 0n)) {
      tellRefusal(context, {
        fact: 'A page has some size',
        words: "hugepage size can't be zero",
        element: page,
        attribute: 'size',
        fixes: [removeElement(page)],
      });
    }
    if (cells !== 0) return;
    // Without cells a page of node 0 is one of all. Of two that name no node hugepages-with-wrong-source speaks.
    const [first, second] = pages.filter((page) => isForAll(page));
    const [early, late] = [first && sizeOf(context, first), second && sizeOf(context, second)];
    if (!first || !second || !early || !late || pages.every((page) => !attribute(page, 'nodeset'))) return;
    tellRefusal(context, {
      fact: `All of the memory is to have pages of ${early / KiB} KiB, and of ${late / KiB} KiB`,
      words: `two master hugepages detected: ${late / KiB} and ${early / KiB}`,
      element: second,
      beside: { element: first, message: 'The other size.' },
      fixes: [removeElement(second), removeElement(first, 'Remove the other <page>')],
    });
  },
});

const isForAll = (page: XmlElement): boolean =>
  !attribute(page, 'nodeset') || word(page, 'nodeset')?.trim() === '0';

function sizeOf({ guest }: LibvirtContext, page: XmlElement): bigint | undefined {
  const reader = new Reader(guest.label.uri);
  const size = readSize(reader.attribute(page, 'size', page), reader.attribute(page, 'unit', page));
  return isKnown(size) ? size.value : undefined;
}
