import type { Guest } from '../../guest/guest.ts';
import { ramSize } from '../../guest/queries.ts';
import { effective } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { type Bytes, GiB } from '../../values/byteSize.ts';

/**
 * RAM that stays below 4 GiB, and from how much on it is less (hw/i386/pc_q35.c: pc_q35_init, hw/i386/pc_piix.c:
 * pc_init1).
 */
const BELOW = {
  q35: { from: 0xb0000000n, most: 0xb0000000n, rest: 0x80000000n },
  i440fx: { from: 0xe0000000n, most: 0xe0000000n, rest: 0xc0000000n },
} as const;

const roundUp = (size: Bytes): Bytes => ((size + GiB - 1n) / GiB) * GiB;

/** Addresses of a guest, from 0 on. */
export interface AddressSpace {
  /** Where memory ends, with all that can be plugged in. */
  readonly memoryEnd: Bytes;
  readonly hole: Bytes;
  /** Where the window for 64-bit regions of devices ends. */
  readonly end: Bytes;
}

/**
 * What an x86 guest has in its addresses at the least (hw/i386/pc.c: pc_max_used_gpa, pc_get_device_memory_range): for
 * AMD CPUs memory can begin above a hole just below 1 TiB, and end farther up. Undefined where that is not known.
 */
export function addressSpaceOf(guest: Guest): AddressSpace | undefined {
  const { addresses, machine, memory } = guest;
  const family = effective(machine.type)?.family;
  const hole = effective(addresses.hole);
  const all = guest.dialect === 'qemu' ? ramSize(guest) : effective(memory.size);
  const plugged = effective(memory.inDevices) ?? 0n;
  if ((family !== 'q35' && family !== 'i440fx') || hole === undefined || all === undefined) return undefined;
  const ram = all - plugged;
  const { from, most, rest } = BELOW[family];
  const above = ram >= from ? ram - rest : ram > most ? ram - most : 0n;
  const { mostMemory, slots } = addresses;
  if (mostMemory.state === 'unknown' || slots.state === 'unknown') return undefined;
  const maximum = effective(mostMemory) ?? 0n;
  // Every memory device may need a GiB more to begin at a round address.
  const more = maximum > ram ? maximum - ram + BigInt(effective(slots) ?? 0) * GiB : 0n;
  const ramEnd = 4n * GiB + above;
  const memoryEnd = roundUp(more > 0n ? roundUp(ramEnd) + more : ramEnd);
  return { memoryEnd, hole, end: memoryEnd + hole };
}

/** How many bits it takes to name every address below an end. */
export const bitsFor = (end: Bytes): number => (end - 1n).toString(2).length;

/** The bits that the CPUs of the guest have; undefined where that is up to a host that is not known. */
export function addressBitsOf({ addresses }: Guest, host: Host | undefined): number | undefined {
  const bits = effective(addresses.bits);
  return bits === 'host' ? host?.profile.physicalAddressBits : bits;
}
