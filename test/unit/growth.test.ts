import { describe, expect, it } from 'vitest';
import { growing } from '../../scripts/lib/bench/documents.mjs';
import { workOf } from '../lib/work.ts';

/** A command with options that are all the same to the analysis. */
const command = (options: number): string => `qemu-system-x86_64 ${'-nodefaults '.repeat(options)}\n`;

describe('the count of work', () => {
  it('is the same for the same text, and more for more', async () => {
    const [first, second, more] = await workOf([command(10), command(10), command(11)]);
    expect(first).toBeGreaterThan(1000);
    expect(second).toBe(first);
    expect(more).toBeGreaterThan(first!);
  });
});

/** A domain that is wrong so many times in the same way. */
const mistaken = (mistakes: number): string =>
  `<domain type='kvm'>\n${"  <memory unit='GiB'>4</memory>\n".repeat(mistakes)}</domain>\n`;

const pairs = [...growing(), { what: 'findings of a domain', small: mistaken(50), large: mistaken(500) }];

describe('ten times the input costs at most twelve times the work', () => {
  it.each(pairs)('$what', async ({ small, large }) => {
    const [little, much] = await workOf([small, large]);
    expect(much! / little!).toBeLessThanOrEqual(1.2 * (large.length / small.length));
  });
});
