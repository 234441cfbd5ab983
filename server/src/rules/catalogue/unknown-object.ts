import type { Kind } from '../../catalogue/qemu.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { oncePer } from '../../values/oncePer.ts';
import { defineRule } from '../define.ts';
import { elsewhere, meantQemu, nameIn, stopsWith, weigh, writeInstead } from './meant.ts';

interface Maker {
  readonly kind: Exclude<Kind, 'machine' | 'device' | 'cpu' | 'option' | 'parameters' | 'cpu-properties'>;
  readonly what: string;
}

const BLOCK_DRIVER: Maker = { kind: 'blockdev', what: 'block driver' };

/** Parts of QEMU that an option makes, by the option. */
const MAKERS: Readonly<Record<string, Maker>> = {
  object: { kind: 'object', what: 'object type' },
  audio: { kind: 'audiodev', what: 'audio backend' },
  net: { kind: 'netdev', what: 'network backend' },
  netdev: { kind: 'netdev', what: 'network backend' },
  nic: { kind: 'netdev', what: 'network backend' },
  chardev: { kind: 'chardev', what: 'character device' },
  accel: { kind: 'accel', what: 'accelerator' },
  audiodev: { kind: 'audiodev', what: 'audio backend' },
  display: { kind: 'display', what: 'display' },
  numa: { kind: 'numa', what: '-numa' },
  blockdev: BLOCK_DRIVER,
};

/** What only QEMUs of other hosts have, and old names that are still taken. */
const ELSEWHERE = new Set(
  (
    'kvm hvf whpx nvmm hax xen coreaudio dsound oss sndio pipewire jack sdl spice pa alsa dbus cocoa egl-headless ' +
    'curses gtk spice-app vmnet-host vmnet-shared vmnet-bridged netmap l2tpv3 bridge passt af-xdp tty parport braille ' +
    'host_device host_cdrom gluster rbd iscsi iser ssh nfs curl http https ftp ftps sheepdog vxhs io_uring nvme-io_uring'
  ).split(' '),
);

export default defineRule({
  name: 'unknown-object',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'An object or backend is of a type that QEMU does not know.',
  explains: ['unknown-property', 'missing-required-property'],
  sources: [
    { title: 'QEMU: does not accept value', ref: 'qapi/qapi-util.c: qapi_enum_parse' },
    { title: 'QEMU: is not a valid char driver name', ref: 'chardev/char.c: char_get_class' },
    { title: 'QEMU: invalid accelerator', ref: 'softmmu/vl.c: do_configure_accelerator' },
    { title: 'QEMU: names of types', ref: 'query-qmp-schema and qom-list-types, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant) return;
    const { catalogue } = meant;
    for (const option of context.line.options) {
      for (const { maker, name, place } of typesIn(option.text)) {
        if (catalogue.has(maker.kind, name) || ELSEWHERE.has(name)) continue;
        const type = nameIn(option.properties[place]!.value);
        if (!type || catalogue.names(maker.kind).length === 0) continue;
        const doubt = weigh(meant, {
          ...maker,
          name,
          candidates: catalogue.names(maker.kind),
          impossible: elsewhere(catalogue, maker.kind, name),
        });
        context.report({
          severity: doubt.severity,
          message: `${doubt.fact}: ${stopsWith(doubt, refusalOf(option, maker.kind, name))}.`,
          at: type.span,
          about: option,
          fixes: writeInstead(type, doubt.similar),
        });
      }
    }
  },
});

/** A type that is written, as the property at some place says it. */
interface Type {
  readonly maker: Maker;
  readonly name: string;
  readonly place: number;
}

/** What an option makes, and the block drivers below it. */
const typesIn = oncePer((option: OptionText): readonly Type[] => {
  const { name, head } = option;
  if (name === 'machine' || name === 'M') return typeAt(MAKERS.accel, option, option.placeOf('accel'));
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  const own = typeAt(maker, option, head === 0 ? head : option.placeOf(head));
  if (name !== 'blockdev' && name !== 'drive') return own;
  const keys = name === 'drive' ? ['driver', 'format'] : [];
  const inner = option.properties.flatMap(({ key }, place) =>
    key.endsWith('.driver') || keys.includes(key) ? typeAt(BLOCK_DRIVER, option, place) : [],
  );
  return [...own, ...inner];
});

function typeAt(maker: Maker | undefined, option: OptionText, place: number | undefined): readonly Type[] {
  const name = place === undefined ? undefined : option.properties[place]!.plain;
  if (!maker || name === undefined || place === undefined) return [];
  // Of several accelerators, `kvm:tcg`, QEMU takes the first that works, and does not mind the others.
  return maker.kind === 'accel' && option.name !== 'accel' && name.includes(':')
    ? []
    : [{ maker, name, place }];
}

function refusalOf({ name: option }: Option, kind: Kind, name: string): string {
  if (option === 'drive') return `Unknown driver '${name}'`;
  switch (kind) {
    case 'chardev':
      return `'${name}' is not a valid char driver name`;
    case 'accel':
      return `invalid accelerator ${name}`;
    case 'object':
      return `Parameter 'qom-type' does not accept value '${name}'`;
    case 'audiodev':
    case 'blockdev':
      return `Parameter 'driver' does not accept value '${name}'`;
    default:
      return `Parameter 'type' does not accept value '${name}'`;
  }
}
