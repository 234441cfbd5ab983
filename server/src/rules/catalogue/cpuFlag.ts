import type { Property } from '../../dialects/qemu/option.ts';

/** Words of -cpu that are read before there is a CPU. */
const READ_EARLY = new Set(['model', 'tsc-freq']);

/** The flag that a part of -cpu speaks of, spelt as QEMU keeps it; undefined for the model and for what is no flag. */
export function flagIn({ key }: Property): string | undefined {
  const name = key.replace(/^[+-]/, '').replaceAll('_', '-');
  return name === '' || READ_EARLY.has(name) ? undefined : name;
}
