import type { Guest } from '../../guest/guest.ts';
import { isX86 } from '../../guest/machine.ts';
import { atLeast, NEWEST_QEMU, type Version } from '../../guest/target.ts';
import { effective, isKnown, malformed, placeOf } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { formatBytes, TiB } from '../../values/byteSize.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { type AddressSpace, addressBitsOf, addressSpaceOf, bitsFor } from './addressSpace.ts';

/** Since then QEMU looks whether all fits (hw/i386/pc.c). */
const CHECKED: Version = [7, 2];

export default defineRule({
  name: 'phys-bits-too-small',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'warning',
  summary: 'Memory and the window for devices need more address bits than the CPUs of the guest have.',
  sources: [
    { title: 'QEMU: Address space limit … phys-bits too low', ref: 'hw/i386/pc.c: pc_memory_init' },
    {
      title: 'QEMU: Host physical bits (…) does not match phys-bits property (…)',
      ref: 'target/i386/host-cpu.c: host_cpu_adjust_phys_bits',
    },
    { title: 'libvirt: <maxphysaddr>', ref: 'formatdomain: CPU model and topology; src/conf/cpu_conf.c' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, host } = context;
    if (!isX86(guest.machine)) return;
    if (checkWritten(context)) return;
    const space = addressSpaceOf(guest);
    const bits = addressBitsOf(guest, host);
    if (!space || bits === undefined) return;
    if (space.end > 1n << BigInt(bits)) reportTooSmall(context, space, bits);
    else checkAgainstHost(context);
  },
});

/** The last version that was seen to refuse a `<maxphysaddr>` without its bits; later ones take it for QEMU's own. */
const STRICT: Version = [9, 0];

/** Bits that are asked for in a way that gives none. */
function checkWritten({ guest, target, report }: GuestContext): boolean {
  const { bits, asksHost } = guest.addresses;
  if (malformed(bits) === 'emulate') {
    const refused = target.libvirt !== undefined && atLeast(STRICT, target.libvirt);
    report({
      severity: refused ? 'error' : 'information',
      message:
        `mode='emulate' says no number of bits: ${refused ? 'libvirt refuses' : 'libvirt up to 9.0 at least refuses'} the domain ` +
        'with "if using CPU maximum physical address mode=\'emulate\', bits= must be specified too".',
      at: placeOf(bits),
      about: guest.processor,
      fixes: [setBits(guest, 'host')],
    });
    return true;
  }
  if (!isKnown(asksHost) || !asksHost.value || bits.state === 'unknown' || effective(bits) === 'host')
    return false;
  report({
    severity: 'information',
    message: `Only KVM gives a guest the address bits of its host: emulated (TCG), this one has ${effective(bits)}.`,
    at: asksHost.span,
    about: guest.processor,
  });
  return true;
}

function reportTooSmall(
  { guest, host, target, report }: GuestContext,
  space: AddressSpace,
  bits: number,
): void {
  const isQemu = guest.dialect === 'qemu';
  if (!atLeast(target.qemu ?? NEWEST_QEMU, CHECKED)) return;
  const limit = ((1n << BigInt(bits)) - 1n).toString(16);
  const refusal = `"Address space limit 0x${limit} < 0x… phys-bits too low (${bits})"`;
  report({
    // Some distributions build QEMU with other defaults than its own: what is written out is certain.
    ...(isQemu && isKnown(guest.addresses.bits) ? { severity: 'error' } : {}),
    message:
      `Memory can reach up to ${formatBytes(space.memoryEnd)}, and the ${formatBytes(space.hole)} for devices above it need ` +
      `${bitsFor(space.end)} address bits; the CPUs of the guest have ${bits}: ` +
      `${isQemu ? 'QEMU stops with' : 'the guest is not started, as QEMU stops with'} ${refusal}.`,
    at: placeOfFault(guest),
    about: guest.processor,
    fixes: fixesFor(guest, host?.profile.physicalAddressBits, space),
  });
}

/** What is written of all that counts: bits, then the window, then memory. */
function placeOfFault({ addresses, memory }: Guest): Span {
  const { bits, hole, mostMemory } = addresses;
  return placeOf([bits, hole, mostMemory, memory.size].find(({ state }) => state === 'known') ?? bits);
}

/** More than the processor of the host has: nothing can be reached there. */
function checkAgainstHost({ guest, host, report }: GuestContext): void {
  const { bits } = guest.addresses;
  const most = host?.profile.physicalAddressBits;
  const isQemu = guest.dialect === 'qemu';
  if (most === undefined || !isKnown(bits) || bits.value === 'host' || bits.value <= most) return;
  // Emulated CPUs can have more than there are.
  if (isQemu && effective(guest.processor.accelerators)?.[0] !== 'kvm') return;
  const consequence = isQemu
    ? 'QEMU warns, and what the guest places above that is not reached'
    : 'libvirt refuses the domain with "The number of virtual CPU address bits cannot exceed the number supported by the host CPU"';
  report({
    ...(isQemu ? {} : { severity: 'error' }),
    message: `The guest is told that addresses have ${bits.value} bits, and those of this host have ${most}: ${consequence}.`,
    at: bits.span,
    about: guest.processor,
    fixes: [setBits(guest, 'host')],
  });
}

/** AMD's CPUs keep what follows to 1 TiB for themselves, and QEMU then puts memory above it (hw/i386/pc.c). */
const BELOW_HOLE = 0xfd00000000n;

/** The host's own bits where they are enough, which only KVM can give; else as many as it takes. */
function fixesFor(guest: Guest, ofHost: number | undefined, { end }: AddressSpace): Fix[] {
  const needed = bitsFor(end > BELOW_HOLE ? end + TiB : end);
  if (ofHost !== undefined && needed > ofHost) return [];
  if (effective(guest.processor.accelerators)?.[0] === 'kvm') {
    return effective(guest.addresses.bits) === 'host' ? [] : [setBits(guest, 'host')];
  }
  return [setBits(guest, needed)];
}

const setBits = ({ processor }: Guest, to: number | 'host'): Fix => ({
  title: to === 'host' ? "Give the guest the host's address bits" : `Give the guest ${to} address bits`,
  applicability: 'suggestion',
  changes: [{ op: 'set', entity: processor, field: 'addressBits', to }],
});
