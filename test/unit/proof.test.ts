import { describe, expect, it } from 'vitest';
import type { Finding } from '../../server/src/service/finding.ts';
import { replacedFact } from '../lib/proof.ts';

const TEXT = 'qemu-system-x86_64 -device vfio-pci,host=01:00.0,addr=5 -m 8G';

const USED = [
  { id: 'stand-in-device', before: '-device vfio-pci,host=01:00.0,addr=5', after: '-device e1000e,addr=5' },
  { id: 'size', before: '-m 8G', after: '-m 512M' },
] as const;

const at = (words: string) => {
  const start = TEXT.indexOf(words);
  return { uri: 'x', start, end: start + words.length };
};

const errorAt = (words: string, ...beside: string[]): Finding =>
  ({
    span: at(words),
    related: beside.map((other) => ({ span: at(other), message: '' })),
  }) as Partial<Finding> as Finding;

describe('an answer to an adapted text', () => {
  it('proves nothing about what was replaced', () => {
    expect(replacedFact(errorAt('01:00.0'), TEXT, USED)?.id).toBe('stand-in-device');
    expect(replacedFact(errorAt('5', 'vfio-pci'), TEXT, USED)?.id).toBe('stand-in-device');
  });

  it('proves what stayed as it was, and what the adaptation keeps', () => {
    expect(replacedFact(errorAt('5'), TEXT, USED)).toBeUndefined();
    expect(replacedFact(errorAt('8G'), TEXT, USED)).toBeUndefined();
    expect(replacedFact(errorAt('01:00.0'), TEXT, [])).toBeUndefined();
  });

  it('does not take a part of a word for the word', () => {
    expect(replacedFact(errorAt('pci'), TEXT, USED)).toBeUndefined();
  });
});
