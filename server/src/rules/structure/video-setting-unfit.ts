import { isX86 } from '../../guest/machine.ts';
import { atLeast, type Version } from '../../guest/target.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  at,
  devicesOf,
  lacks,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  writeAttribute,
} from '../refusal.ts';
import { is, isNot, type Table, tellUnfit, valueAt } from '../unfit.ts';

/** In KiB, as these attributes are. */
const MOST = 4_194_303;
const LEAST = 1024;

/** libvirt 9.0 knows no blobs and passes over them. */
const KNOWS_BLOBS: Version = [9, 2];

const isZero = (number: string): boolean => /^\s*\+?0+$/.test(number);

const isPowerOfTwo = (number: number): boolean => Number.isInteger(Math.log2(number));

/** Displays that can stand beside another one. */
const SECOND = ['qxl', 'virtio', 'none'];

const UNFIT: Table = () => [
  {
    path: 'driver@name',
    of: (name) => name === 'vhostuser',
    when: isNot('model@type', 'virtio'),
    fact: 'Another program can serve a display of virtio only, and this is a {model@type}',
    words: "'vhostuser' driver is only supported with 'virtio' device",
  },
  {
    path: 'model/acceleration@rendernode',
    when: (video) => valueAt(video, 'driver@name') === 'qemu' || !child(video, 'driver'),
    fact: 'rendernode= is for a display that another program serves, and QEMU serves this one',
    words: "unsupported rendernode accel attribute without 'vhostuser'",
  },
  {
    path: 'model/acceleration',
    when: (video) => {
      const acceleration = at(video, 'model/acceleration')!;
      return ['accel3d', 'accel2d', 'rendernode'].every((name) => lacks(acceleration, name));
    },
    fact: '<acceleration> does not say of what',
    words: 'missing values for acceleration',
  },
  {
    path: 'model/acceleration@accel2d',
    of: (answer) => answer === 'yes',
    fact: 'QEMU has no acceleration for two dimensions',
    words: 'qemu does not support the accel2d setting',
    instead: ['no'],
    removable: false,
  },
  ...['x', 'y'].map((name) => ({
    path: `model/resolution@${name}`,
    of: isZero,
    fact: 'A screen of no extent shows nothing',
    words: 'video resolution values must be greater than 0',
    removable: false as const,
  })),
  {
    path: 'model/resolution',
    when: isNot('model@type', 'vga', 'qxl', 'virtio', 'bochs', 'none'),
    fact: 'A {model@type} takes no resolution',
    words: 'model resolution is not supported',
  },
  ...['ram', 'vram'].map((name) => ({
    path: `model@${name}`,
    of: (size: string): boolean => Number(size) > MOST,
    when: is('model@type', 'qxl'),
    fact: `{value} KiB are more than a qxl can have`,
    words: `value for '${name}' must be less than '${MOST}'`,
  })),
  {
    path: 'model@vgamem',
    of: (size) => Number(size) > 0 && Number(size) < LEAST,
    when: is('model@type', 'qxl'),
    fact: 'The memory of a VGA is a MiB at least, and this is {value} KiB',
    words: "value for 'vgamem' must be at least 1 MiB (1024 KiB)",
    instead: ['16384'],
  },
  {
    path: 'model@vgamem',
    of: (size) => Number(size) >= LEAST && !isPowerOfTwo(Number(size)),
    when: is('model@type', 'qxl'),
    fact: 'The memory of a VGA is 1, 2, 4, 8 … MiB, and {value} KiB are none of these',
    words: "value for 'vgamem' must be power of two",
    instead: ['16384'],
  },
  {
    path: 'model@vram',
    of: (size) => Number(size) > 0 && Number(size) < LEAST,
    when: is('model@type', 'vga', 'vmvga'),
    fact: 'The memory of a {model@type} is a MiB at least, and this is {value} KiB',
    words: "value for 'vram' must be at least 1 MiB (1024 KiB)",
    instead: ['16384'],
  },
  ...['vram', 'ram', 'vgamem', 'vram64'].map((name) => ({
    path: `model@${name}`,
    of: (size: string): boolean => size !== '' && !/^\s*\+?\d+$/.test(size),
    fact: `'{value}' is no number of KiB`,
    words: `cannot parse video ${name} '{value}'`,
  })),
  {
    path: 'model@blob',
    since: KNOWS_BLOBS,
    when: isNot('model@type', 'virtio'),
    fact: 'Blobs are a part of virtio, and this is a {model@type}',
    words: "video type '{model@type}' does not support blob resources",
  },
];

export default defineRule({
  name: 'video-setting-unfit',
  reads: 'libvirt',
  concerns: ['video'],
  topic: 'structure',
  severity: 'error',
  summary: 'A display has a setting that its model does not take, or cannot stand where it stands.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'video-attrs-wrong-model'],
  sources: [
    {
      title: 'libvirt: video resolution values must be greater than 0',
      ref: 'src/conf/domain_validate.c: virDomainVideoDefValidate',
    },
    {
      title: 'libvirt: model resolution is not supported',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefVideo',
    },
  ],
  since: '0.1.0',
  check(context) {
    const videos = devicesOf(context.domain, 'video');
    for (const video of videos) tellUnfit(context, video, UNFIT);
    for (const refusal of [...seconds(videos, context), ...blobs(videos, context)])
      tellRefusal(context, refusal);
  },
});

/** The primary display is the one that says so, or the first. */
function* seconds(videos: readonly XmlElement[], { guest }: LibvirtContext): Generator<Refusal> {
  const typeOf = (video: XmlElement): string | undefined =>
    valueAt(video, 'model@type') ?? (isX86(guest.machine) && saysNoModel(video) ? UNSAID : undefined);
  const primary = videos.find(is('model@primary', 'yes')) ?? videos[0];
  if (videos.some((video) => !typeOf(video))) return;
  for (const video of videos) {
    const model = child(video, 'model');
    const type = typeOf(video)!;
    if (video === primary || SECOND.includes(type) || typeOf(primary!) === 'none') continue;
    yield {
      fact: `A ${type} can only be the first display, and this is another`,
      words: `video type '${type}' is only valid as primary video device`,
      element: model ?? video,
      attribute: 'type',
      beside: { element: primary!, message: 'The first display.' },
      fixes: [...(model ? [writeAttribute(model, 'type', 'virtio')] : []), removeElement(video)],
    };
  }
}

/** What a PC has where no model is named. */
const UNSAID = 'cirrus';

const saysNoModel = (video: XmlElement): boolean => {
  const model = child(video, 'model');
  return model ? lacks(model, 'type') : lacks(video, 'model');
};

/** Blobs are shared with the host, which memory of its own file makes possible. */
function* blobs(videos: readonly XmlElement[], { domain, target }: LibvirtContext): Generator<Refusal> {
  if (target.libvirt && !atLeast(target.libvirt, KNOWS_BLOBS)) return;
  const backing = child(domain, 'memoryBacking');
  const source = valueAt(domain, 'memoryBacking/source@type');
  if (source === 'memfd' || (backing && child(backing, 'source') && source === undefined)) return;
  for (const video of videos.filter(is('model@blob', 'on'))) {
    const model = child(video, 'model')!;
    if (valueAt(video, 'model@type') !== 'virtio') continue;
    yield {
      fact: 'Blobs are shared with the host in memory of the kind memfd, and <memoryBacking> asks for none',
      words: "'blob' support for virtio-gpu devices requires a memfd memory backend",
      element: model,
      attribute: 'blob',
      fixes: [removeAttribute(model, 'blob')],
    };
  }
}
