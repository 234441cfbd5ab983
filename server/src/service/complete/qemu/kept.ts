import type { QemuCatalogue } from '../../../catalogue/qemu.ts';

const kept = new WeakMap<QemuCatalogue, Map<string, readonly unknown[]>>();

/**
 * A list that is made once for a catalogue: reading every device, and all that we have to say about them, takes longer
 * than a keystroke may.
 * @param key names the list; all that ask for it expect the same kind of things.
 */
export function keptList<T>(catalogue: QemuCatalogue, key: string, make: () => readonly T[]): readonly T[] {
  const lists = kept.get(catalogue) ?? new Map<string, readonly unknown[]>();
  kept.set(catalogue, lists);
  const list = (lists.get(key) as readonly T[] | undefined) ?? make();
  lists.set(key, list);
  return list;
}
