import { isPlaceholder, parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

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
    const disks = children(domain, 'devices').flatMap((devices) => children(devices, 'disk'));
    const seen = new Map<string, XmlElement>();
    for (const disk of disks) {
      const bus = textOf(child(disk, 'target'), 'bus');
      const place = bus === undefined ? undefined : placeOf(disk, bus);
      if (bus === undefined || !place) continue;
      const key = `${bus} ${place.join(' ')}`;
      const first = seen.get(key);
      const at = child(disk, 'address') ?? child(disk, 'target')!;
      if (!first) {
        seen.set(key, disk);
        continue;
      }
      const name = textOf(child(disk, 'target'), 'dev') ?? '';
      const firstName = textOf(child(first, 'target'), 'dev') ?? '';
      // Of two targets of one name duplicate-disk-target speaks.
      if (name === firstName) continue;
      const [controller, drive, target, unit] = place;
      report({
        message:
          `${name} and ${firstName} are both unit ${unit} of ${bus} controller ${controller}: libvirt refuses the domain with "Found duplicate ` +
          `drive address for disk with target name '${firstName}' controller='${controller}' bus='${drive}' target='${target}' unit='${unit}'".`,
        at: spanOf(uri, attribute(at, at.name.text === 'target' ? 'dev' : 'unit')?.value ?? at.name),
        about: disk,
        related: [{ span: spanOf(uri, first.name), message: `This is ${firstName}.` }],
        fixes: fixesFor(disk, bus, disks),
      });
    }
  },
});

const textOf = (element: XmlElement | undefined, name: string): string | undefined => {
  const text = element && attribute(element, name)?.value?.text;
  return text === undefined || isPlaceholder(text) ? undefined : text;
};

/** Units on one bus of a controller, and buses on it. */
const UNITS: Readonly<Record<string, readonly [units: number, buses: number]>> = {
  ide: [2, 2],
  sata: [6, 1],
  scsi: [7, 1],
};

type Place = readonly [controller: number, bus: number, target: number, unit: number];

/** As written, else by the letter of the target: sda is the first, sdb the second, whatever stands before the letter. */
function placeOf(disk: XmlElement, bus: string): Place | undefined {
  const address = child(disk, 'address');
  if (address) {
    if (textOf(address, 'type') !== 'drive') return undefined;
    const numbers = ['controller', 'bus', 'target', 'unit'].map((name) =>
      attribute(address, name) ? parseLibvirtNumber(textOf(address, name) ?? '') : 0,
    );
    return numbers.includes(undefined) ? undefined : (numbers as unknown as Place);
  }
  const [, letters] =
    /^(?:fd|hd|vd|sd|xvd|ubd)([a-z]+)$/.exec(textOf(child(disk, 'target'), 'dev') ?? '') ?? [];
  const size = UNITS[bus];
  if (!letters || !size) return undefined;
  return placeAt(indexOf(letters), size);
}

const placeAt = (index: number, [units, buses]: readonly [number, number]): Place => [
  Math.floor(index / (units * buses)),
  Math.floor(index / units) % buses,
  0,
  index % units,
];

/** a is 0, z is 25, aa is 26. */
const indexOf = (letters: string): number =>
  [...letters].reduce((index, letter) => (index + 1) * 26 + letter.charCodeAt(0) - 97, -1);

/** The first name whose place is free; an address that is written goes with the name. */
function fixesFor(disk: XmlElement, bus: string, disks: readonly XmlElement[]): Fix[] {
  const target = child(disk, 'target');
  const address = child(disk, 'address');
  const size = UNITS[bus];
  if (!target || !size) return [];
  const others = disks.filter((each) => each !== disk);
  const names = new Set(others.map((each) => textOf(child(each, 'target'), 'dev')));
  const places = new Set(
    others.flatMap((each) => (textOf(child(each, 'target'), 'bus') === bus ? [`${placeOf(each, bus)}`] : [])),
  );
  const prefix = bus === 'ide' ? 'hd' : 'sd';
  const letters = [...'abcdefghijklmnopqrstuvwxyz'].slice(0, bus === 'ide' ? 4 : 26);
  const letter = letters.find((each, i) => !names.has(prefix + each) && !places.has(`${placeAt(i, size)}`));
  if (letter === undefined) return [];
  return [
    {
      title:
        textOf(target, 'dev') === prefix + letter
          ? 'Leave its place to its name'
          : `Make it ${prefix}${letter}`,
      applicability: 'suggestion',
      changes: [
        { op: 'set-attribute', element: target, name: 'dev', text: prefix + letter },
        ...(address ? [{ op: 'remove-element', element: address } as const] : []),
      ],
    },
  ];
}
