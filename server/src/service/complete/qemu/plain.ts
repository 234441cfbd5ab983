import { type Completion, completion } from '../completion.ts';
import type { QemuCursor } from './cursor.ts';
import { quoted, type Site } from './draft.ts';
import { namedFor } from './references.ts';

const STREAMS = 'stdio mon:stdio none null pty';

/** Arguments that are one text, and what is mostly written there (qemu-options.hx of QEMU 7.2 to 11.1). */
const WORDS: Readonly<Record<string, string>> = {
  debugcon: STREAMS,
  monitor: STREAMS,
  parallel: STREAMS,
  qmp: 'stdio',
  serial: STREAMS,
  usbdevice: 'tablet mouse keyboard',
  vga: 'std virtio qxl none cirrus vmware',
  'watchdog-action': 'reset shutdown poweroff inject-nmi pause debug none',
};

/** Values of options that take one text. */
export function completePlain(
  { option, lines, text }: QemuCursor,
  name: string,
  site: Site,
  mark: string,
): Completion[] {
  if (!option || !Object.hasOwn(WORDS, name)) return [];
  const words = WORDS[name]!.split(' ');
  const streams = WORDS[name] === STREAMS ? (namedFor(lines, 'mon', 'chardev', mark) ?? []) : [];
  const values = [...words, ...streams.map(({ id }) => `chardev:${id}`)];
  return values.map((value, i) =>
    completion({
      label: value,
      kind: value.startsWith('chardev:') ? 'reference' : 'value',
      range: site.range,
      insertion: quoted(site, [value]),
      rank: value.startsWith('chardev:') && text.startsWith('chardev') ? 0 : 1,
      order: String(i).padStart(3, '0'),
    }),
  );
}
