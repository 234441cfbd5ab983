import { isOpen } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Device } from '../../guest/pci.ts';
import { isKnown } from '../../guest/value.ts';
import { capturedOn } from '../../host/age.ts';
import type { Host, HostDevice } from '../../host/host.ts';
import { className } from '../../host/pciClass.ts';
import type { Span } from '../../text/span.ts';
import { formatPciAddress, type PciAddress, parsePciAddress } from '../../values/pciAddress.ts';
import type { Fix } from '../define.ts';

/** A device of the host that is handed to the guest. */
export interface Passed {
  readonly device: Device;
  /** Where the host device is named. */
  readonly at: Span;
  readonly address: PciAddress;
  /** `0000:af:00.0`. */
  readonly name: string;
  /** Undefined where the profile does not have it. */
  readonly onHost: HostDevice | undefined;
}

/** The devices that are handed over, as far as their addresses can be read. */
export const passedDevices = (guest: Guest, host: Host): Passed[] =>
  guest.pci.devices.items.flatMap((device): Passed[] => {
    const { role, hostAddress } = device;
    if (role !== 'passthrough' || !isKnown(hostAddress)) return [];
    const { value: address, span: at } = hostAddress;
    return [{ device, at, address, name: formatPciAddress(address), onHost: host.device(address) }];
  });

/** Whether all devices that are handed over could be read, so that it can be said what is not. */
export const knowsAllPassed = ({ pci }: Guest): boolean =>
  !isOpen(pci.devices) &&
  pci.devices.items.every(
    ({ role, hostAddress, driver }) =>
      (role !== 'passthrough' || hostAddress.state !== 'unknown') && driver.state !== 'unknown',
  );

/** `0000:01:00.1 (audio device)`. */
export const describe = ({ address, facts }: HostDevice): string => `${address} (${className(facts.class)})`;

/** Drivers that leave a device to whoever asks VFIO for it (drivers/vfio, and Documentation/driver-api/vfio.rst). */
const HARMLESS: ReadonlySet<string | null> = new Set(['vfio-pci', 'pci-stub', null]);

/** The driver that a device had, where it keeps guests from having it, and when that was so. */
export function driverInWay(
  { address }: HostDevice,
  host: Host,
): { driver: string; day: string } | undefined {
  const driver = host.profile.volatile?.drivers?.[address];
  const day = capturedOn(host);
  if (driver === undefined || day === undefined || HARMLESS.has(driver)) return undefined;
  return { driver: driver!, day };
}

/** True where the profile tells that a device had no driver of the host's. */
export function isFree({ address }: HostDevice, { profile }: Host): boolean {
  const driver = profile.volatile?.drivers?.[address];
  return driver !== undefined && HARMLESS.has(driver);
}

/** A fix that hands over functions beside a device that is handed over already. */
export function handOverFix(title: string, { device }: Passed, others: readonly HostDevice[]): Fix[] {
  const changes = others.flatMap(({ address }) => {
    const host = parsePciAddress(address);
    return host ? [{ op: 'hand-over', host, beside: device } as const] : [];
  });
  return changes.length > 0 ? [{ title, applicability: 'suggestion', changes }] : [];
}
