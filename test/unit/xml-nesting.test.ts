import { describe, expect, it } from 'vitest';
import { neverInside } from '../../server/src/dialects/libvirt/nesting.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { child, walk } from '../../server/src/syntax/xml/query.ts';
import { libvirtCorpus } from './xmlCorpus.ts';

describe('the nesting table of libvirt', () => {
  it.each([
    ['cputune', 'memtune'],
    ['devices', 'devices'],
    ['os', 'disk'],
    ['disk', 'disk'],
    ['disk', 'domain'],
    ['vcpupin', 'domain'],
    ['target', 'source'],
    ['memory', 'cputune'],
    ['domain', 'domain'],
  ])('knows that <%s> is never in <%s>', (inner, outer) => {
    expect(neverInside(inner, outer)).toBe(true);
  });

  it.each([
    ['memory', 'domain'],
    ['memory', 'numatune'],
    ['memory', 'devices'],
    ['address', 'source'],
    ['interface', 'source'],
    ['backingStore', 'backingStore'],
    ['vcpu', 'vcpus'],
    ['disk', 'anything'],
    ['anything', 'disk'],
    ['', 'disk'],
  ])('does not claim that <%s> is never in <%s>', (inner, outer) => {
    expect(neverInside(inner, outer)).toBe(false);
  });

  const corpus = libvirtCorpus();
  it.skipIf(corpus.length === 0)('forbids nothing that libvirt reads', () => {
    const forbidden = new Set<string>();
    let asked = 0;
    for (const { text } of corpus) {
      const tree = parseXml(text);
      if (!child(tree.root, 'domain')) continue;
      for (const { name, parent } of walk(tree)) {
        asked++;
        if (neverInside(name.text, parent!.name.text)) forbidden.add(`${name.text} in ${parent!.name.text}`);
      }
    }
    expect([...forbidden]).toEqual([]);
    expect(asked).toBeGreaterThan(10_000);
  });
});
