import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  GiB,
  KiB,
  libvirtUnit,
  MiB,
  parseQemuSize,
  qemuSize,
} from '../../server/src/values/byteSize.ts';
import { groupBy } from '../../server/src/values/groupBy.ts';
import { IndexSet, parseIndexSet } from '../../server/src/values/indexSet.ts';
import { formatPciAddress, parsePciAddress } from '../../server/src/values/pciAddress.ts';
import { mostSimilar } from '../../server/src/values/similar.ts';

describe('IndexSet', () => {
  const numbers = fc.uniqueArray(fc.nat(60), { maxLength: 20 });
  const setOf = (list: readonly number[]): IndexSet => IndexSet.from(list);

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        numbers.filter((list) => list.length > 0),
        (list) => {
          const set = setOf(list);
          expect(parseIndexSet(set.toString())?.equals(set)).toBe(true);
        },
      ),
    );
  });

  it('agrees with sets of numbers', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const plain = (set: IndexSet): number[] => [...set];
        const sorted = (list: Iterable<number>): number[] => [...list].sort((x, y) => x - y);
        expect(plain(setOf(a).union(setOf(b)))).toEqual(sorted(new Set([...a, ...b])));
        expect(plain(IndexSet.unionOf([setOf(a), setOf(b), setOf([7])]))).toEqual(
          sorted(new Set([...a, ...b, 7])),
        );
        expect(plain(setOf(a).intersect(setOf(b)))).toEqual(sorted(a.filter((n) => b.includes(n))));
        expect(plain(setOf(a).subtract(setOf(b)))).toEqual(sorted(a.filter((n) => !b.includes(n))));
        expect(setOf(a).size).toBe(a.length);
        expect(setOf(a).has(30)).toBe(a.includes(30));
        expect([setOf(a).min, setOf(a).max]).toEqual([sorted(a)[0], sorted(a).at(-1)]);
      }),
    );
  });

  it('compares as sets of numbers do', () => {
    const few = fc.uniqueArray(fc.nat(6));
    fc.assert(
      fc.property(few, few, (a, b) => {
        const within = a.every((n) => b.includes(n));
        expect(setOf(a).overlaps(setOf(b))).toBe(a.some((n) => b.includes(n)));
        expect(setOf(a).isWithin(setOf(b))).toBe(within);
        expect(setOf(a).equals(setOf(b))).toBe(within && a.length === b.length);
      }),
    );
  });

  it('has one form for one set, however it came to be', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [one, other] = [setOf(a), setOf(b)];
        for (const set of [one.union(other), one.intersect(other), one.subtract(other)]) {
          expect(set.ranges).toEqual(setOf([...set]).ranges);
        }
      }),
    );
  });

  it('names runs by their ends, and by how many there are', () => {
    expect(IndexSet.between(2, 5).toString()).toBe('2-5');
    expect(IndexSet.between(5, 5).toString()).toBe('5');
    expect(IndexSet.between(5, 4).isEmpty).toBe(true);
    expect(IndexSet.first(4).toString()).toBe('0-3');
    expect(IndexSet.first(0).isEmpty).toBe(true);
  });

  it('costs nothing for large ranges', () => {
    expect(parseIndexSet('0-4294967295')?.size).toBe(4_294_967_296);
  });

  it.each([
    ['0-3,^2', '0-1,3'],
    ['8,0-3', '0-3,8'],
    [' 1 , 2 ', '1-2'],
  ])('%s is %s', (text, expected) => expect(parseIndexSet(text)?.toString()).toBe(expected));

  it.each(['', 'a', '3-1', '1,', '-1', '^1-2', '0x1', '1;2'])('%j is no list', (text) => {
    expect(parseIndexSet(text)).toBeUndefined();
  });
});

describe('sizes', () => {
  it.each([
    ['4G', 4n * GiB],
    ['4g', 4n * GiB],
    ['0x10', 16n],
    ['1.5G', (3n * GiB) / 2n],
    ['512', 512n],
    ['7b', 7n],
  ])('QEMU reads %s', (text, bytes) => expect(parseQemuSize(text)).toBe(bytes));

  it('counts a bare number in the unit of the option', () => {
    expect(parseQemuSize('512', MiB)).toBe(512n * MiB);
    expect(parseQemuSize('512K', MiB)).toBe(512n * KiB);
  });

  it.each(['4GB', '4 G', '', '-1', 'G', '1.5', '4GiB'])('QEMU does not read %j', (text) => {
    expect(parseQemuSize(text)).toBeUndefined();
  });

  it('writes what QEMU reads', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 60n }), (bytes) => {
        expect(parseQemuSize(qemuSize(bytes))).toBe(bytes);
      }),
    );
  });

  it.each([
    ['KiB', 1024n],
    ['k', 1024n],
    ['KB', 1000n],
    ['GiB', GiB],
    ['G', GiB],
    ['GB', 1_000_000_000n],
    ['b', 1n],
    ['bytes', 1n],
  ])('libvirt knows %s', (unit, bytes) => expect(libvirtUnit(unit)).toBe(bytes));

  it('libvirt does not know other words', () => expect(libvirtUnit('pages')).toBeUndefined());

  it('are said as people say them', () => {
    expect([formatBytes(4n * GiB), formatBytes(1536n * MiB), formatBytes(1n), formatBytes(12n)]).toEqual([
      '4 GiB',
      '1.5 GiB',
      '1 byte',
      '12 bytes',
    ]);
  });
});

describe('items by their key', () => {
  it('keeps the order of keys and of items, and leaves out what has no key', () => {
    const groups = groupBy([3, 0, 5, 2, 1, 4], (number) => (number === 0 ? undefined : number % 2));
    expect([...groups]).toEqual([
      [1, [3, 5, 1]],
      [0, [2, 4]],
    ]);
  });

  it('takes keys for different that are only equal by their contents', () => {
    const [a, b] = [{}, {}];
    expect([...groupBy([a, b, a], (item) => item).values()]).toEqual([[a, a], [b]]);
  });
});

describe('PCI addresses', () => {
  it('are read as they are written', () => {
    const part = (max: number) => fc.nat(max);
    fc.assert(
      fc.property(part(0xffff), part(0xff), part(31), part(7), (domain, bus, slot, fn) => {
        const address = { domain, bus, slot, fn };
        expect(parsePciAddress(formatPciAddress(address))).toEqual(address);
      }),
    );
  });

  it.each(['01:00', '01:00.8', '01:20.0', 'g1:00.0', '', '0000:01:00.0 '])('%j is none', (text) => {
    expect(parsePciAddress(text)).toBeUndefined();
  });
});

describe('did you mean', () => {
  it.each([
    ['mem-nod1', 'mem-node1'],
    ['ram01', 'ram10'],
    ['M0', 'm0'],
  ])('%s: %s', (word, expected) =>
    expect(mostSimilar(word, ['xyz', 'mem-node1', 'ram10', 'm0'])).toBe(expected),
  );

  it('says nothing rather than something far away', () =>
    expect(mostSimilar('disk', ['m0', 'network'])).toBeUndefined());
});
