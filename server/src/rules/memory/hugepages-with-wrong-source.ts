import type { Change } from '../../dialects/change.ts';
import { memoryBackingParts } from '../../dialects/libvirt/lower/memoryBacking.ts';
import { Reader, readSize } from '../../dialects/libvirt/values.ts';
import { complete } from '../../guest/collection.ts';
import { effective, isKnown, type Known, mapValue, type Value } from '../../guest/value.ts';
import { children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Bytes, formatBytes, KiB } from '../../values/byteSize.ts';
import { IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';

interface Page {
  readonly element: XmlElement;
  readonly size: Value<Bytes>;
  readonly nodes: Value<IndexSet>;
}

export default defineRule({
  name: 'hugepages-with-wrong-source',
  reads: 'libvirt',
  concerns: ['hugepages'],
  topic: 'memory',
  severity: 'error',
  summary: 'Huge pages are asked for in a way that libvirt cannot give them.',
  sources: [
    {
      title: 'libvirt: hugepages are not allowed with …',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefMemory',
    },
    {
      title: 'libvirt: hugepages: node not found',
      ref: 'src/conf/domain_validate.c: virDomainDefValidateMemoryBacking',
    },
  ],
  since: '0.1.0',
  check(context) {
    const [hugepages] = memoryBackingParts(context.domain, 'hugepages');
    if (!hugepages) return;
    checkSource(context);
    const reader = new Reader(context.guest.label.uri);
    const pages = children(hugepages, 'page').map(
      (element): Page => ({
        element,
        size: readSize(
          reader.attribute(element, 'size', element),
          reader.attribute(element, 'unit', element),
        ),
        nodes: mapValue(reader.attribute(element, 'nodeset', element), parseIndexSet),
      }),
    );
    for (const page of pages) checkNodes(context, page);
    checkPairs(context, pages);
  },
});

/** Huge pages come from a file system, so they are a file or a memfd, and libvirt always takes them at the start. */
function checkSource({ domain, guest, report }: LibvirtContext): void {
  const reader = new Reader(guest.label.uri);
  const wrong = [
    ['source', 'type', 'anonymous', 'memfd', 'anonymous memory source'],
    ['allocation', 'mode', 'ondemand', 'immediate', 'memory allocation ondemand'],
  ] as const;
  for (const [name, key, bad, good, what] of wrong) {
    const element = memoryBackingParts(domain, name).find(
      (item) => effective(reader.attribute(item, key, item)) === bad,
    );
    const value = element && reader.attribute(element, key, element);
    if (!element || !isKnown(value)) continue;
    report({
      message: `Huge pages cannot be ${bad}: libvirt refuses the domain with "hugepages are not allowed with ${what}".`,
      at: value.span,
      about: element,
      fixes: [
        {
          title: `Make it ${key}='${good}'`,
          applicability: 'suggestion',
          changes: [{ op: 'set-attribute', element, name: key, text: good }],
        },
      ],
    });
  }
}

/** The nodeset of a page counts cells of the guest; a guest without cells has node 0 alone. */
function checkNodes({ guest, report }: LibvirtContext, { element, nodes }: Page): void {
  const cells = complete(guest.nodes);
  if (!cells) return;
  const count = Math.max(1, cells.length);
  const there = IndexSet.of([[0, count - 1]]);
  if (!isKnown(nodes) || nodes.value.subtract(there).isEmpty) return;
  const missing = nodes.value.subtract(there).ranges[0]![0];
  const rest = nodes.value.intersect(there);
  report({
    message:
      `nodeset= of a page means nodes of the guest, which has ${count === 1 ? 'only node 0' : `the nodes ${there}`}: ` +
      `libvirt refuses the domain with "hugepages: node ${missing} not found".`,
    at: nodes.span,
    about: element,
    fixes: [rest.isEmpty || count === 1 ? forAll(element) : forNodes(element, rest)],
  });
}

/** No two pages may be for the same nodes, nor two for all the rest. */
function checkPairs({ report }: LibvirtContext, pages: readonly Page[]): void {
  for (const [i, page] of pages.entries()) {
    const { element, nodes, size } = page;
    if (nodes.state === 'unknown' || !isKnown(size)) continue;
    const first = pages.slice(0, i).find((other) => isKnown(other.size) && collides(other.nodes, nodes));
    if (!first || !isKnown(first.size)) continue;
    const sizes = `${first.size.value / KiB} and ${size.value / KiB}`;
    const which = isKnown(nodes) && isKnown(first.nodes) ? shared(first.nodes, nodes) : undefined;
    const rest = which && isKnown(nodes) ? nodes.value.subtract(which) : undefined;
    const remove: Change = { op: 'remove-element', element };
    report({
      message: which
        ? `Guest ${which.size === 1 ? 'node' : 'nodes'} ${which} would have pages of ${formatBytes(first.size.value)} and ` +
          `of ${formatBytes(size.value)}: libvirt refuses the domain with "nodeset attribute of hugepages of sizes ` +
          `${sizes} intersect".`
        : 'Two pages are for all nodes that are named nowhere else: libvirt refuses the domain with "two master ' +
          `hugepages detected: ${sizes}".`,
      at: isKnown(nodes) ? nodes.span : size.span,
      about: element,
      fixes: [
        rest && !rest.isEmpty
          ? forNodes(element, rest)
          : {
              title: `Remove the pages of ${formatBytes(size.value)}`,
              applicability: 'suggestion',
              changes: [remove],
            },
      ],
    });
  }
}

const shared = (a: Known<IndexSet>, b: Known<IndexSet>): IndexSet => a.value.intersect(b.value);

const collides = (a: Value<IndexSet>, b: Value<IndexSet>): boolean =>
  isKnown(a) && isKnown(b) ? !shared(a, b).isEmpty : a.state === 'absent' && b.state === 'absent';

const forNodes = (element: XmlElement, nodes: IndexSet): Fix => ({
  title: `Leave ${nodes.size === 1 ? 'node' : 'nodes'} ${nodes} to it`,
  applicability: 'suggestion',
  changes: [{ op: 'set-attribute', element, name: 'nodeset', text: nodes.toString() }],
});

const forAll = (element: XmlElement): Fix => ({
  title: 'Use these pages for the whole guest',
  applicability: 'suggestion',
  changes: [{ op: 'remove-attribute', element, name: 'nodeset' }],
});
