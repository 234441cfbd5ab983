import type { Version } from '../../guest/target.ts';

/** An option that QEMU has taken back, or will, and what does the same. */
export interface OldOption {
  /** The QEMU that first warned of it; undefined where none of those known takes it any more. */
  readonly deprecated?: Version;
  /** The words that say the same; undefined where nothing does, or where it depends on more than the argument. */
  instead?(argument: string): readonly string[] | undefined;
}

const words =
  (...fixed: string[]) =>
  (): readonly string[] =>
    fixed;

/** An option whose argument becomes part of another one's. */
const into =
  (option: string, prefix: string) =>
  (argument: string): readonly string[] => [option, prefix + argument];

const SOUND_CARDS: Readonly<Record<string, readonly string[]>> = {
  hda: ['-device', 'intel-hda', '-device', 'hda-duplex'],
  ac97: ['-device', 'AC97'],
  es1370: ['-device', 'ES1370'],
  sb16: ['-device', 'sb16'],
};

const USB_DEVICES: Readonly<Record<string, readonly string[]>> = {
  tablet: ['-device', 'usb-tablet'],
  mouse: ['-device', 'usb-mouse'],
  keyboard: ['-device', 'usb-kbd'],
};

/** From the lists that QEMU keeps (docs/about/removed-features.rst, deprecated.rst), up to 11.1. */
const OLD: Readonly<Record<string, OldOption>> = {
  'alt-grab': { instead: words('-display', 'sdl,grab-mod=lshift-lctrl-lalt') },
  'async-teardown': { deprecated: [8, 1], instead: words('-run-with', 'async-teardown=on') },
  'audio-help': {},
  balloon: { instead: (kind) => (kind === 'virtio' ? ['-device', 'virtio-balloon'] : undefined) },
  bootp: {},
  bt: {},
  chroot: { deprecated: [8, 1], instead: into('-run-with', 'chroot=') },
  'ctrl-grab': { instead: words('-display', 'sdl,grab-mod=rctrl') },
  curses: { instead: words('-display', 'curses') },
  'drive-opts': {},
  'enable-fips': {},
  localtime: { instead: words('-rtc', 'base=localtime') },
  'no-acpi': { deprecated: [8, 0], instead: words('-machine', 'acpi=off') },
  'no-frame': {},
  'no-hpet': { deprecated: [8, 0], instead: words('-machine', 'hpet=off') },
  'no-kvm': { instead: words('-accel', 'tcg') },
  'no-kvm-irqchip': { instead: words('-machine', 'kernel_irqchip=off') },
  'no-kvm-pit': {},
  'no-kvm-pit-reinjection': { instead: words('-global', 'kvm-pit.lost_tick_policy=discard') },
  'no-quit': { instead: words('-display', 'gtk,window-close=off') },
  portrait: { deprecated: [9, 2] },
  realtime: {
    instead: (text) =>
      /^mlock=(on|off)$/.test(text) ? ['-overcommit', text.replace('mlock', 'mem-lock')] : undefined,
  },
  redir: {},
  rotate: { deprecated: [9, 2] },
  'rtc-td-hack': { instead: words('-rtc', 'driftfix=slew') },
  runas: { deprecated: [9, 1], instead: into('-run-with', 'user=') },
  sdl: { instead: words('-display', 'sdl') },
  'show-cursor': { instead: words('-display', 'default,show-cursor=on') },
  singlestep: { deprecated: [8, 1], instead: words('-accel', 'tcg,one-insn-per-tb=on') },
  smb: {},
  soundhw: { instead: (card) => (Object.hasOwn(SOUND_CARDS, card) ? SOUND_CARDS[card] : undefined) },
  startdate: { instead: into('-rtc', 'base=') },
  'std-vga': { instead: words('-vga', 'std') },
  'tb-size': { instead: into('-accel', 'tcg,tb-size=') },
  tdf: { instead: words('-rtc', 'driftfix=slew') },
  tftp: {},
  usbdevice: {
    deprecated: [3, 0],
    instead: (kind) => (Object.hasOwn(USB_DEVICES, kind) ? USB_DEVICES[kind] : undefined),
  },
  virtioconsole: {},
  watchdog: { instead: into('-device', '') },
  writeconfig: {},
};

/** Undefined for options that stay, and for names that QEMU never had. */
export const oldOption = (name: string): OldOption | undefined =>
  Object.hasOwn(OLD, name) ? OLD[name] : undefined;
