import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { allDevicesOf, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { type Placed, placedDevicesOf } from './addresses.ts';

export default defineRule({
  name: 'address-taken-twice',
  reads: 'libvirt',
  concerns: ['address'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two devices have the same address, on another bus than PCI.',
  sources: [
    {
      title: 'libvirt: using disk target name conflicts with SCSI host device address',
      ref: 'src/conf/domain_postparse.c: virDomainHostdevDefPostParse',
    },
    { title: 'libvirt: The CCW devno is in use already', ref: 'src/conf/domain_addr.c' },
    { title: 'libvirt: spapr-vio address already in use', ref: 'src/qemu/qemu_domain_address.c' },
  ],
  since: '0.1.0',
  check(context) {
    if (!placedDevicesOf(context.domain).some(mayCollide)) return;
    const seen = new Map<string, Taker>();
    for (const taker of takersIn(context)) {
      const first = seen.get(taker.key);
      if (!first) seen.set(taker.key, taker);
      else if (!isDisk(first) || !isDisk(taker)) tellRefusal(context, refusalOf(first, taker));
    }
  },
});

/** Places that are told apart here. */
const TYPES: ReadonlySet<string | undefined> = new Set(['ccw', 'spapr-vio', 'drive']);

/** Of two disks drive-address-duplicate speaks. */
const mayCollide = ({ device, address, type }: Placed): boolean =>
  device.name.text !== 'disk' && (TYPES.has(type) || child(address, 'zpci') !== undefined);

const isDisk = ({ device }: Taker): boolean => device.name.text === 'disk';

interface Taker {
  readonly device: XmlElement;
  /** Undefined where the place follows from the name of the disk. */
  readonly address: XmlElement | undefined;
  /** The same for two that collide. */
  readonly key: string;
  /** As a reader would say it. */
  readonly name: string;
  refusal(first: Taker): string;
}

const NONE: readonly Taker[] = [];

function refusalOf(first: Taker, second: Taker): Refusal {
  const address = second.address ?? first.address;
  return {
    fact: `${second.name} is taken by an earlier <${first.device.name.text}>`,
    words: second.refusal(first),
    element: second.address ?? second.device,
    beside: { element: first.address ?? first.device, message: 'Taken here.' },
    fixes: address ? [removeElement(address, 'Leave the address to libvirt')] : [],
  };
}

function takersIn({ domain }: LibvirtContext): Taker[] {
  const takers: Taker[] = [];
  for (const device of allDevicesOf(domain)) {
    // A console that shows the first serial port is the same device.
    if (device.name.text === 'console') continue;
    const address = child(device, 'address');
    const zpci = address && child(address, 'zpci');
    takers.push(...(address ? ofAddress(device, address) : byName(device)));
    if (zpci) takers.push(...ofZpci(device, zpci));
  }
  return takers;
}

function ofAddress(device: XmlElement, address: XmlElement): readonly Taker[] {
  const number = (name: string, absent?: number): number | undefined =>
    address.attributes.some((each) => each.name.text === name)
      ? parseLibvirtNumber(word(address, name) ?? '')
      : absent;
  switch (word(address, 'type')) {
    case 'ccw': {
      const parts = [number('cssid'), number('ssid'), number('devno')];
      if (parts.includes(undefined)) return [];
      const [cssid, ssid, devno] = parts.map((part) => part!.toString(16)) as [string, string, string];
      const name = `${cssid}.${ssid}.${devno.padStart(4, '0')}`;
      return [
        {
          device,
          address,
          key: `ccw ${name}`,
          name: `The devno ${name}`,
          refusal: () => `The CCW devno '${name}' is in use already`,
        },
      ];
    }
    case 'spapr-vio': {
      const reg = number('reg');
      if (reg === undefined) return [];
      const name = `0x${reg.toString(16)}`;
      return [
        {
          device,
          address,
          key: `vio ${name}`,
          name: `The address ${name}`,
          refusal: () => `spapr-vio address ${name} already in use`,
        },
      ];
    }
    case 'drive': {
      const parts = ['controller', 'bus', 'target', 'unit'].map((name) => number(name, 0));
      if (parts.includes(undefined)) return [];
      return ofDrive(device, address, parts as number[]);
    }
    default:
      return NONE;
  }
}

/** Disks of one bus share its places, and SCSI devices of the host those of SCSI disks. */
function ofDrive(device: XmlElement, address: XmlElement | undefined, parts: readonly number[]): Taker[] {
  const bus = device.name.text === 'disk' ? word(child(device, 'target'), 'bus') : 'scsi';
  if (bus === undefined || (device.name.text !== 'disk' && word(device, 'type') !== 'scsi')) return [];
  const [controller, onBus, target, unit] = parts;
  const place = `controller='${controller}' bus='${onBus}' target='${target}' unit='${unit}'`;
  const nameOf = (taker: XmlElement): string => word(child(taker, 'target'), 'dev') ?? '';
  return [
    {
      device,
      address,
      key: `drive ${bus} ${place}`,
      name: `The place ${place}`,
      refusal(first) {
        const disk = [first.device, device].find(({ name }) => name.text === 'disk');
        if (!disk) return `SCSI host address ${place} in use by another SCSI host device`;
        return `using disk target name '${nameOf(disk)}' conflicts with SCSI host device address ${place}`;
      },
    },
  ];
}

/** Where libvirt puts a SCSI disk without an address: `sda` is the first of seven on the first controller. */
function byName(device: XmlElement): readonly Taker[] {
  const target = device.name.text === 'disk' ? child(device, 'target') : undefined;
  if (word(target, 'bus') !== 'scsi') return NONE;
  const letter = /^sd([a-g])$/.exec(word(target, 'dev') ?? '')?.[1];
  if (letter === undefined) return NONE;
  return ofDrive(device, undefined, [0, 0, 0, letter.charCodeAt(0) - 'a'.charCodeAt(0)]);
}

/** The message has the number in octal. */
function ofZpci(device: XmlElement, zpci: XmlElement): Taker[] {
  const uid = parseLibvirtNumber(word(zpci, 'uid') ?? '');
  if (uid === undefined || uid === 0) return [];
  return [
    {
      device,
      address: zpci,
      key: `uid ${uid}`,
      name: `The uid 0x${uid.toString(16)}`,
      refusal: () => `zPCI uid ${uid.toString(8)} is already reserved`,
    },
  ];
}
