import type { Collection } from '../../../guest/collection.ts';
import type { IoThreadPin, Threads, VcpuPin } from '../../../guest/threads.ts';
import { absent, derived, isKnown, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { child, children, childrenOf, isClosed } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { IndexSet } from '../../../values/indexSet.ts';
import { mayGainChildren } from '../templates.ts';
import { parseLibvirtSet, type Reader, readDecimal } from '../values.ts';
import type { Sources } from './sources.ts';

/** `<cputune>`, of which libvirt reads all there are, `<vcpu cpuset=>` and the I/O threads. */
export function lowerThreads(reader: Reader, domain: XmlElement, sources: Sources): Threads {
  const nothing = absent<never>(reader.label(domain));
  const emulator = cputuneParts(domain, 'emulatorpin')[0];
  const open = openings(reader, domain);
  const vcpuPins = cputuneParts(domain, 'vcpupin').map((element): VcpuPin => {
    const pin: VcpuPin = {
      kind: 'vcpu-pin',
      span: reader.span(element),
      label: reader.label(element),
      vcpu: readDecimal(reader.attribute(element, 'vcpu', element)),
      cpus: readCpus(reader, element),
    };
    sources.set(pin, element);
    return pin;
  });
  const ioThreadPins = cputuneParts(domain, 'iothreadpin').map((element): IoThreadPin => {
    const pin: IoThreadPin = {
      kind: 'io-thread-pin',
      span: reader.span(element),
      label: reader.label(element),
      thread: readDecimal(reader.attribute(element, 'iothread', element)),
      cpus: readCpus(reader, element),
    };
    sources.set(pin, element);
    return pin;
  });
  return {
    cpuNodes: nothing,
    cpus: defaultCpus(reader, domain),
    memoryNodes: nothing,
    spreadNodes: nothing,
    vcpuPins: { items: vcpuPins, openedBy: open },
    emulatorCpus: emulator ? readCpus(reader, emulator) : open[0] ? unknown('placeholder', open[0]) : nothing,
    ioThreads: lowerIoThreads(reader, domain),
    ioThreadPins: { items: ioThreadPins, openedBy: open },
  };
}

const cputuneParts = (domain: XmlElement, name: string): readonly XmlElement[] =>
  childrenOf(children(domain, 'cputune'), name);

const openings = (reader: Reader, domain: XmlElement): Collection<never>['openedBy'] =>
  [domain, ...children(domain, 'cputune')].filter(mayGainChildren).map((element) => reader.label(element));

const readCpus = (reader: Reader, element: XmlElement): Value<IndexSet> =>
  mapValue(reader.attribute(element, 'cpuset', element), parseLibvirtSet);

/** `placement='auto'` makes libvirt ask numad and drop the list (src/conf/domain_conf.c: virDomainVcpuParse). */
function defaultCpus(reader: Reader, domain: XmlElement): Value<IndexSet> {
  const vcpu = child(domain, 'vcpu');
  const placement = reader.attribute(vcpu, 'placement', domain);
  if (placement.state === 'unknown') return placement;
  if (isKnown(placement) && placement.value === 'auto') return unknown('not-evaluated', placement.span);
  return vcpu ? readCpus(reader, vcpu) : absent(reader.label(domain));
}

/**
 * `<iothreadids>` names some; as many as `<iothreads>` counts in all get the lowest numbers that are left, from 1
 * (src/conf/domain_conf.c: virDomainIOThreadIDDefArrayInit).
 */
function lowerIoThreads(reader: Reader, domain: XmlElement): Value<IndexSet> {
  const written = child(domain, 'iothreads');
  // An empty one counts none, as if it were not there.
  const isEmpty = written && isClosed(written) && written.children.length === 0;
  const element = isEmpty ? undefined : written;
  const lists = children(domain, 'iothreadids');
  if (!element && lists.length === 0) return noIoThreads(reader, domain);
  const count = readDecimal(reader.text(element, domain));
  const ids = childrenOf(lists, 'iothread').map((iothread) =>
    readDecimal(reader.attribute(iothread, 'id', iothread)),
  );
  const gap = [count, ...ids].find((value) => value.state === 'unknown');
  if (gap) return gap as Value<IndexSet>;
  const open = [...(element && lists.length > 0 ? [] : [domain]), ...lists].find(mayGainChildren);
  if (open) return unknown('placeholder', reader.label(open));
  const named = IndexSet.from(ids.filter(isKnown).map(({ value }) => value));
  const numbers = filledUp(named, isKnown(count) ? count.value : 0);
  return derived(numbers, reader.label(element ?? lists[0] ?? domain), [count, ...ids]);
}

function noIoThreads(reader: Reader, domain: XmlElement): Value<IndexSet> {
  const label = reader.label(domain);
  return mayGainChildren(domain)
    ? unknown('placeholder', label)
    : derived(IndexSet.empty, label, [absent(label)]);
}

/** The set with the lowest numbers from 1 that are not in it, until it has as many as are wanted. */
function filledUp(named: IndexSet, wanted: number): IndexSet {
  const added: [number, number][] = [];
  let left = wanted - named.size;
  let next = 1;
  for (const [low, high] of named.ranges) {
    const free = Math.min(low - next, left);
    if (free > 0) added.push([next, next + free - 1]);
    left -= Math.max(free, 0);
    next = Math.max(next, high + 1);
  }
  if (left > 0) added.push([next, next + left - 1]);
  return named.union(IndexSet.of(added));
}
