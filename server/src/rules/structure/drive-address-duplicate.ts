import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { word } from '../refusal.ts';
import { type Disk, disksOf } from './disks.ts';

export default defineRule({
  name: 'drive-address-duplicate',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two disks have one place on their controller.',
  sources: [
    {
      title: 'libvirt: Found duplicate drive address for disk with target name',
      ref: 'src/conf/domain_validate.c: virDomainDefValidateDuplicateDriveAddresses',
    },
    {
      title: 'libvirt: places by the name of the target',
      ref: 'src/conf/domain_conf.c: virDomainDiskDefAssignAddress',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { uri } = guest.label;
    const disks = disksOf(domain);
    const seen = new Map<string, Disk>();
    for (const disk of disks) {
      const { bus, name = '' } = disk;
      const place = placeOf(disk);
      if (!place) continue;
      const { controller, drive, target, unit } = place;
      const key = `${bus} ${keyOf(place)}`;
      const first = seen.get(key);
      if (!first) {
        seen.set(key, disk);
        continue;
      }
      const firstName = first.name ?? '';
      // Of two targets of one name duplicate-disk-target speaks.
      if (name === firstName) continue;
      const at = disk.address ?? disk.target!;
      report({
        message:
          `${name} and ${firstName} are both unit ${unit} of ${bus} controller ${controller}: libvirt refuses the domain with "Found duplicate ` +
          `drive address for disk with target name '${firstName}' controller='${controller}' bus='${drive}' target='${target}' unit='${unit}'".`,
        at: spanOf(uri, attribute(at, at.name.text === 'target' ? 'dev' : 'unit')?.value ?? at.name),
        about: disk.element,
        related: [{ span: spanOf(uri, first.element.name), message: `This is ${firstName}.` }],
        fixes: fixesFor(disk, disks),
      });
    }
  },
});

/** Units on one bus of a controller, and buses on it. */
const UNITS: Readonly<Record<string, readonly [units: number, buses: number]>> = {
  ide: [2, 2],
  sata: [6, 1],
  scsi: [7, 1],
};

interface Place {
  readonly controller: number;
  /** Of the controller, which libvirt calls a bus too. */
  readonly drive: number;
  readonly target: number;
  readonly unit: number;
}

const keyOf = ({ controller, drive, target, unit }: Place): string =>
  `${controller} ${drive} ${target} ${unit}`;

/** As written, else by the letter of the target: sda is the first, sdb the second, whatever stands before the letter. */
function placeOf({ address, bus, name }: Disk): Place | undefined {
  if (bus === undefined) return undefined;
  if (address) return word(address, 'type') === 'drive' ? placeIn(address) : undefined;
  const size = UNITS[bus];
  const letters = size && /^(?:fd|hd|vd|sd|xvd|ubd)([a-z]+)$/.exec(name ?? '')?.[1];
  return letters ? placeAt(indexOf(letters), size) : undefined;
}

function placeIn(address: XmlElement): Place | undefined {
  const controller = numberIn(address, 'controller');
  const drive = numberIn(address, 'bus');
  const target = numberIn(address, 'target');
  const unit = numberIn(address, 'unit');
  if (controller === undefined || drive === undefined || target === undefined || unit === undefined)
    return undefined;
  return { controller, drive, target, unit };
}

const numberIn = (address: XmlElement, name: string): number | undefined =>
  attribute(address, name) ? parseLibvirtNumber(word(address, name) ?? '') : 0;

const placeAt = (index: number, [units, buses]: readonly [number, number]): Place => ({
  controller: Math.floor(index / (units * buses)),
  drive: Math.floor(index / units) % buses,
  target: 0,
  unit: index % units,
});

/** a is 0, z is 25, aa is 26. */
function indexOf(letters: string): number {
  let index = -1;
  for (let i = 0; i < letters.length; i++) index = (index + 1) * 26 + letters.charCodeAt(i) - 97;
  return index;
}

/** The first name whose place is free; an address that is written goes with the name. */
function fixesFor(disk: Disk, disks: readonly Disk[]): Fix[] {
  const { target, address, bus = '' } = disk;
  const size = UNITS[bus];
  if (!target || !size) return [];
  const others = disks.filter((each) => each !== disk);
  const names = new Set(others.map(({ name }) => name));
  const places = new Set(
    others.flatMap((each) => {
      const place = each.bus === bus ? placeOf(each) : undefined;
      return place ? [keyOf(place)] : [];
    }),
  );
  const prefix = bus === 'ide' ? 'hd' : 'sd';
  const letters = [...'abcdefghijklmnopqrstuvwxyz'].slice(0, bus === 'ide' ? 4 : 26);
  const letter = letters.find((each, i) => !names.has(prefix + each) && !places.has(keyOf(placeAt(i, size))));
  if (letter === undefined) return [];
  return [
    {
      title: disk.name === prefix + letter ? 'Leave its place to its name' : `Make it ${prefix}${letter}`,
      applicability: 'suggestion',
      changes: [
        { op: 'set-attribute', element: target, name: 'dev', text: prefix + letter },
        ...(address ? [{ op: 'remove-element', element: address } as const] : []),
      ],
    },
  ];
}
