/** Words that stand for a whole character device (chardev/char.c: qemu_chr_parse_compat). */
const WORDS =
  /^(null|pty|msmouse|wctablet|braille|testdev|stdio|spicevmc|none|vc|vc:\d+x\d+|vc:\d+Cx\d+C|con:|COM\d+)$/;

/** Kinds that stand before a colon, and what behind it is taken; network addresses may have options behind a comma. */
const KINDS: Readonly<Record<string, RegExp>> = {
  file: /^./,
  pipe: /^./,
  pty: /^./,
  tcp: /^[^:,]{0,64}:[^,]{1,32}(,|$)|^\[[^\]]+\]:/,
  telnet: /^[^:,]{0,64}:[^,]{1,32}(,|$)|^\[[^\]]+\]:/,
  tn3270: /^[^:,]{0,64}:[^,]{1,32}(,|$)|^\[[^\]]+\]:/,
  udp: /^[^:]{0,64}:[^@,]{1,32}|^\[/,
  unix: /^./,
  websocket: /^[^:,]{0,64}:[^,]{1,32}(,|$)|^\[[^\]]+\]:/,
};

/** All that a text can begin with, as candidates for what was meant. */
export const CHARACTER_DEVICES: readonly string[] = [
  'null',
  'stdio',
  'pty',
  'vc',
  'none',
  ...Object.keys(KINDS),
];

/** Why a text of -serial, -monitor and the like names no character device, and which part of it. */
export interface Unread {
  readonly kind: string;
  /** The kind is known, and what stands behind it is not in its form. */
  readonly known: boolean;
}

/**
 * Reads the text of an option that makes a character device by itself.
 * @returns undefined where QEMU may take it: paths of devices depend on the host
 */
export function unreadCharacterDevice(text: string): Unread | undefined {
  const bare = text.replace(/^mon:/, '');
  if (bare.startsWith('/') || bare.startsWith('chardev:') || WORDS.test(bare)) return undefined;
  const colon = bare.indexOf(':');
  const kind = colon < 0 ? bare : bare.slice(0, colon);
  const form = colon >= 0 && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (form) return form.test(bare.slice(colon + 1)) ? undefined : { kind, known: true };
  return { kind, known: kind === 'vc' };
}
