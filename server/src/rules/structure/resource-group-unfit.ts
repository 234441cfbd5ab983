import { parseLibvirtSet } from '../../dialects/libvirt/values.ts';
import { childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'resource-group-unfit',
  reads: 'libvirt',
  concerns: ['cachetune', 'memorytune'],
  topic: 'structure',
  severity: 'error',
  summary: 'vCPUs are given cache or memory bandwidth twice, or in two groups.',
  sources: [
    {
      title: 'libvirt: Overlapping vcpus in resctrls; Colliding cache allocations',
      ref: 'src/conf/domain_conf.c: virDomainResctrlVcpuMatch; src/util/virresctrl.c: virResctrlAllocSetCacheSize',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const cputune of children(context.domain, 'cputune')) {
      const groups = childElements(cputune).filter(({ name }) => /^(?:cache|memory)tune$/.test(name.text));
      for (const refusal of [...overlapping(groups), ...groups.flatMap((group) => [...colliding(group)])])
        tellRefusal(context, refusal);
    }
  },
});

/** The kernel puts a thread into one group; the same vCPUs may be named once for each of the two. */
function* overlapping(groups: readonly XmlElement[]): Generator<Refusal> {
  const seen: { readonly group: XmlElement; readonly vcpus: IndexSet }[] = [];
  for (const group of groups) {
    const vcpus = parseLibvirtSet(word(group, 'vcpus') ?? '');
    if (!vcpus || vcpus.isEmpty) continue;
    const isTwice = (each: XmlElement): boolean =>
      each.name.text === 'cachetune' && group.name.text === 'cachetune';
    const other = seen.find(
      (each) => !each.vcpus.intersect(vcpus).isEmpty && (isTwice(each.group) || !each.vcpus.equals(vcpus)),
    );
    seen.push({ group, vcpus });
    if (!other) continue;
    yield {
      fact: `vCPU ${other.vcpus.intersect(vcpus)} is in two groups`,
      words: other.vcpus.equals(vcpus)
        ? 'Identical vcpus in cachetunes found'
        : 'Overlapping vcpus in resctrls',
      element: group,
      attribute: 'vcpus',
      beside: { element: other.group, message: 'The other group.' },
      fixes: [removeElement(group)],
    };
  }
}

/** A part of a cache is for code or data, and what is for both collides with either. */
function* colliding(group: XmlElement): Generator<Refusal> {
  const seen = new Map<string, XmlElement>();
  for (const part of childElements(group)) {
    const isCache = part.name.text === 'cache';
    if (!isCache && part.name.text !== 'node') continue;
    const [id, level, type] = [word(part, 'id'), word(part, 'level'), word(part, 'type')];
    if (id === undefined || (isCache && (level === undefined || type === undefined))) continue;
    const key = isCache ? `${level} ${id} ${type}` : id;
    const first = seen.get(key);
    if (!first) {
      seen.set(key, part);
      continue;
    }
    yield {
      fact: isCache
        ? `Cache ${id} of level ${level} is given twice`
        : `The bandwidth to node ${id} is given twice`,
      words: isCache
        ? `Colliding cache allocations for cache level '${level}' id '${id}', type '${type}'`
        : `Memory Bandwidth already defined for node ${id}`,
      element: part,
      attribute: 'id',
      beside: { element: first, message: 'The first one.' },
      fixes: [removeElement(part)],
    };
  }
}
