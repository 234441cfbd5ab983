import { expect, it } from 'vitest';
import { locate } from '../../server/src/dialects/qemu/locate.ts';
import { Word } from '../../server/src/dialects/qemu/word.ts';
import { corpus, filesIn, isThere } from '../lib/shared.ts';

const there = isThere(corpus, 'libvirt-pos-args');

it.skipIf(!there)('command lines that libvirt generates are found, each with all its arguments', () => {
  const files = filesIn(corpus, 'libvirt-pos-args').filter(({ name }) => name.endsWith('.args'));
  expect(files.length).toBeGreaterThan(600);
  for (const { name, text } of files) {
    const { commands, repairedRegions } = locate(name, text);
    expect(commands.length, name).toBe(1);
    expect(commands[0]!.variants.length, name).toBe(1);
    expect(repairedRegions, name).toEqual([]);
    const { words, binary, brokenContinuations } = commands[0]!.variants[0]!;
    expect(binary, name).toMatch(/^qemu-(?:system-\w+|kvm)$/);
    expect(brokenContinuations, name).toEqual([]);
    const known = words.filter((word) => word instanceof Word && !word.isUnknown());
    expect(known.length, name).toBe(words.length);
  }
});
