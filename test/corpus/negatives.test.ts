import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import type { Finding } from '../../server/src/service/finding.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { corpus, isThere, rowsOf } from '../lib/shared.ts';

/** Domains that libvirt's own tests expect to be refused, where the XML and the machine type tell. */
const rows = rowsOf(corpus, 'negatives.tsv').filter(({ decidable }) => decidable?.startsWith('static'));

/** How many of each area have an error. These numbers may only rise. */
const FLOOR: Readonly<Record<string, number>> = {
  'cpu topology/model': 3,
  'cputune/pinning': 2,
  disk: 13,
  firmware: 6,
  'hostdev/vfio': 21,
  'memory/dimm/hugepages': 9,
  net: 3,
  numa: 6,
  other: 23,
  'pci address/controller': 19,
  security: 3,
  usb: 10,
  'video/graphics': 3,
};

/** The version whose tests these are. Older ones take some of the domains. */
const SETTINGS = { ...DEFAULT_SETTINGS, target: { qemu: undefined, libvirt: [12, 8] as const } };

interface Row {
  readonly test: string;
  readonly err: string;
  readonly text: string;
  readonly errors: readonly Finding[];
}

function examine({ test, err }: Record<string, string>): Row {
  const text = fs.readFileSync(path.join(corpus, 'libvirt-neg', `${test}.xml`), 'utf8');
  const errors = analyze({ uri: test!, text }, SETTINGS)?.findings ?? [];
  return { test: test!, err: err!, text, errors: errors.filter(({ severity }) => severity === 'error') };
}

/** What libvirt's message quotes and the XML holds in just one place is what is at fault, but for the machine. */
function culpritIn({ err, text }: Row): string | undefined {
  const quoted = [...err.matchAll(/'([^' ]{3,})'/g)].map(([, word]) => word!);
  return quoted.find((word) => text.split(word).length === 2 && !text.includes(`machine='${word}`));
}

/** The line of the culprit, or one of the element around it. */
function isNear({ text, errors }: Row, culprit: string): boolean {
  const line = (offset: number): number => text.slice(0, offset).split('\n').length;
  const wanted = line(text.indexOf(culprit));
  return errors.some(({ span, related }) =>
    [span, ...related.map((each) => each.span)].some((at) => Math.abs(line(at.start) - wanted) <= 6),
  );
}

const areas = new Set(rows.map(({ category }) => category!));
const coverage: string[] = [];

describe('what libvirt refuses has an error', () => {
  it.skipIf(!isThere(corpus)).each(Object.entries(FLOOR))('%s: at least %i', (area, floor) => {
    const all = rows.filter(({ category }) => category === area).map(examine);
    const found = all.filter(({ errors }) => errors.length > 0);
    const missed = all.filter(({ errors }) => errors.length === 0).map(({ test, err }) => `${test}: ${err}`);
    coverage.push(`${area} ${found.length}/${all.length}`);
    expect(found.length, missed.join('\n')).toBeGreaterThanOrEqual(floor);
  });

  it.skipIf(!isThere(corpus))('every area has its floor', () => {
    expect([...areas].sort()).toEqual(Object.keys(FLOOR).sort());
  });

  afterAll(() => {
    if (coverage.length > 0) console.log(`negatives with an error: ${coverage.join(', ')}`);
  });
});

describe('and it is at what libvirt speaks of', () => {
  const told = rows.map(examine).flatMap((row) => {
    const culprit = culpritIn(row);
    return culprit !== undefined && row.errors.length > 0 ? [{ ...row, culprit }] : [];
  });
  it.skipIf(!isThere(corpus)).each(told)('$test: $culprit', (row) => {
    expect(isNear(row, row.culprit)).toBe(true);
  });
});
