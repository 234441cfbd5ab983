import { effective, isKnown } from '../../guest/value.ts';
import { children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { IndexSet, parseIndexSet } from '../../values/indexSet.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'vcpusched-range',
  reads: 'libvirt',
  concerns: ['vcpusched', 'iothreadsched'],
  topic: 'pinning',
  severity: 'error',
  summary: 'A thread is to be scheduled that the guest does not have, or in two ways.',
  sources: [
    {
      title: "libvirt: vCPU '…' is not present in domain definition",
      ref: 'src/conf/domain_conf.c: virDomainVcpuThreadSchedParse, virDomainThreadSchedParseHelper',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { topology, threads } = context.guest;
    const count = effective(topology.maxVcpus) ?? effective(topology.vcpus);
    const vcpus = count === undefined ? undefined : IndexSet.first(count);
    const ioThreads = isKnown(threads.ioThreads) ? threads.ioThreads.value : undefined;
    checkKind(
      context,
      'vcpusched',
      'vcpus',
      vcpus,
      (id) => `vCPU '${id}' is not present in domain definition`,
    );
    checkKind(context, 'iothreadsched', 'iothreads', ioThreads, (id) => `Cannot find 'iothread' : ${id}`);
  },
});

function checkKind(
  context: LibvirtContext,
  name: string,
  attribute: string,
  there: IndexSet | undefined,
  words: (id: number) => string,
): void {
  let seen = IndexSet.empty;
  const what = name === 'vcpusched' ? 'vCPU' : 'I/O thread';
  for (const element of children(context.domain, 'cputune').flatMap((cputune) => children(cputune, name))) {
    const ids = parseIndexSet(word(element, attribute) ?? '');
    if (!ids) continue;
    const absent = there && ids.subtract(there);
    const twice = ids.intersect(seen);
    seen = seen.union(ids);
    if (absent && !absent.isEmpty) {
      const fact = `${what} ${absent} is to be scheduled, and the guest ${there.isEmpty ? 'has none' : `has ${there}`}`;
      tellRefusal(context, refusalOf(element, attribute, ids.intersect(there), fact, words(absent.min!)));
    } else if (!twice.isEmpty) {
      const fact = `${what} ${twice} is scheduled twice`;
      tellRefusal(
        context,
        refusalOf(
          element,
          attribute,
          ids.subtract(twice),
          fact,
          `'${name}' attributes '${attribute}' must not overlap`,
        ),
      );
    }
  }
}

const refusalOf = (
  element: XmlElement,
  attribute: string,
  rest: IndexSet,
  fact: string,
  words: string,
): Refusal => ({
  fact,
  words,
  element,
  attribute,
  fixes: rest.isEmpty
    ? [removeElement(element)]
    : [writeAttribute(element, attribute, rest.toString(), `Keep ${rest}`)],
});
