import type { SlotFunction } from '../../../guest/pci.ts';

const SLOTS = 32;

/** The slots of one bus while QEMU fills them, one device after the other (hw/pci/pci.c: do_pci_register_device). */
export class Slots {
  readonly #taken = new Set<number>();
  #certain: boolean;

  /** @param certain false where something may sit on the bus that is not in `taken`. */
  constructor(taken: Iterable<SlotFunction> = [], certain = true) {
    this.#certain = certain;
    for (const place of taken) this.take(place);
  }

  take({ slot, fn }: SlotFunction): void {
    if (fn === 0) this.#taken.add(slot);
  }

  /** From here on something may sit anywhere. */
  lose(): void {
    this.#certain = false;
  }

  /**
   * Where a device without a place of its own goes: function 0 of the first slot where that is free, slot 32 where
   * none is. Undefined where it cannot be told.
   */
  next(): SlotFunction | undefined {
    if (!this.#certain) return undefined;
    let slot = 0;
    while (slot < SLOTS && this.#taken.has(slot)) slot++;
    this.#taken.add(slot);
    return { slot, fn: 0 };
  }
}
