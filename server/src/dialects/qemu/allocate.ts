import { isKnown } from '../../guest/value.ts';
import type { QemuVariant } from '../document.ts';

/** Chooses ids and numbers that the command line does not use yet, for what one set of changes adds. */
export class Allocator {
  readonly #ids = new Set<string>();
  readonly #chassis = new Set<number>();

  constructor(variant: QemuVariant) {
    for (const option of variant.line.options) {
      const id = option.value('id');
      if (isKnown(id)) this.#ids.add(id.value);
    }
    for (const bus of variant.guest.pci.buses.items) {
      if (isKnown(bus.chassis)) this.#chassis.add(bus.chassis.value);
    }
  }

  /** `wanted` itself where it is free, else the stem with the first free number: `pxb1`, `pxb2`. */
  id(stem: string, wanted?: string): string {
    let id = wanted ?? `${stem}1`;
    for (let i = 1; this.#ids.has(id); i++) id = `${stem}${i}`;
    this.#ids.add(id);
    return id;
  }

  chassis(): number {
    let chassis = 1;
    while (this.#chassis.has(chassis)) chassis++;
    this.#chassis.add(chassis);
    return chassis;
  }
}
