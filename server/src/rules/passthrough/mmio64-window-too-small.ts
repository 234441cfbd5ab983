import type { Guest } from '../../guest/guest.ts';
import { isX86 } from '../../guest/machine.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Host, HostDevice } from '../../host/host.ts';
import { type Bytes, formatBytes, GiB } from '../../values/byteSize.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { addressBitsOf } from './addressSpace.ts';
import { type Passed, passedDevices } from './hostDevices.ts';

/** What OVMF keeps where it does not trust the address bits that it sees (OvmfPkg: PlatformGetFirstNonAddress). */
const CLASSIC: Bytes = 32n * GiB;

/** Of the widths from 40 down it believes these alone, by the vendor of the processor. */
const BELIEVED: Readonly<Record<string, readonly number[]>> = {
  GenuineIntel: [36, 39],
  AuthenticAMD: [40],
};

export default defineRule({
  name: 'mmio64-window-too-small',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'warning',
  summary:
    'The memory regions of the devices need a larger window than the firmware of the guest keeps for them.',
  sources: [
    {
      title: 'OVMF: opt/ovmf/X-PciMmio64Mb, and when address bits are believed',
      ref: 'OvmfPkg/Library/PlatformInitLib/MemDetect.c: PlatformGetFirstNonAddress, PlatformAddressWidthFromCpuid, PlatformDynamicMmioWindow',
    },
    {
      title: 'KubeVirt: 64-bit MMIO window and large BARs',
      ref: 'https://github.com/kubevirt/kubevirt/issues/11093',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, host } = context;
    if (!isX86(guest.machine)) return;
    checkWritten(context);
    if (host && effective(guest.addresses.uefi) === true) checkRegions(context, host);
  },
});

/** What is said to a host bridge that the machine does not have reaches nobody. */
function checkWritten({ guest, report }: GuestContext): void {
  const { strayHole } = guest.addresses;
  if (!isKnown(strayHole)) return;
  report({
    severity: 'information',
    message: `This machine has another host bridge, so the ${formatBytes(strayHole.value)} for 64-bit memory regions are kept nowhere.`,
    at: strayHole.span,
    about: guest.processor,
  });
}

function checkRegions({ guest, report }: GuestContext, host: Host): void {
  const window = windowOf(guest, host);
  if (window === undefined) return;
  const large = passedDevices(guest, host).flatMap((passed) => {
    const size = passed.onHost ? regionsOf(passed.onHost) : 0n;
    return size > 0n ? [{ passed, size }] : [];
  });
  const needed = large.reduce((sum, { size }) => sum + size, 0n);
  if (needed <= window) return;
  const [first] = large.toSorted((a, b) => Number(b.size - a.size));
  report({
    message:
      `${describe(large.map(({ passed }) => passed))} ${formatBytes(needed)} of 64-bit memory regions, and OVMF is likely ` +
      `to keep ${formatBytes(window)} for them: devices for which none is left do not work in the guest ("This PCI I/O ` +
      'region assigned to your NVIDIA device is invalid"), or it does not boot.',
    at: first!.passed.at,
    about: large.map(({ passed }) => passed.device),
    related: large
      .filter(({ passed }) => passed !== first!.passed)
      .map(({ passed, size }) => ({
        span: passed.at,
        message: `${passed.name} needs ${formatBytes(size)}.`,
      })),
    fixes: fixesFor(guest, host),
  });
}

const describe = (passed: readonly Passed[]): string =>
  passed.length === 1 ? `${passed[0]!.name} needs` : `${passed.length} devices need`;

/** The regions of a device that go above 4 GiB; each is a power of two. */
const regionsOf = ({ facts }: HostDevice): Bytes =>
  (facts.bars ?? [])
    .filter(({ wide, prefetchable }) => wide && prefetchable)
    .reduce((sum, { bytes }) => sum + BigInt(bytes), 0n);

/** OVMF uses no more, for want of a fifth level of page tables and for the sake of older guest kernels. */
const MOST_BITS = 46;

/**
 * What OVMF keeps at most: what it is told, or since November 2022 an eighth of the addresses in which it believes.
 * Undefined where that cannot be told.
 */
function windowOf(guest: Guest, host: Host): Bytes | undefined {
  const { window } = guest.addresses;
  const bits = addressBitsOf(guest, host);
  const vendor = host.profile.cpuVendor;
  if (window.state === 'unknown' || bits === undefined) return undefined;
  if (bits <= 40 && (vendor === undefined || !Object.hasOwn(BELIEVED, vendor))) return undefined;
  const believed = bits > 40 || BELIEVED[vendor!]!.includes(bits);
  const eighth = believed ? 1n << BigInt(Math.min(bits, MOST_BITS) - 3) : 0n;
  const told = isKnown(window) ? window.value : CLASSIC;
  return told > eighth ? told : eighth;
}

/** With the bits of the host OVMF takes what it needs. */
function fixesFor({ processor, addresses }: Guest, { profile }: Host): Fix[] {
  const bits = profile.physicalAddressBits;
  const kvm = effective(processor.accelerators)?.[0] === 'kvm';
  if (!kvm || bits === undefined || bits <= 40 || effective(addresses.bits) === 'host') return [];
  return [
    {
      title: "Give the guest the host's address bits",
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: processor, field: 'addressBits', to: 'host' }],
    },
  ];
}
