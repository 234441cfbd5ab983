import type { Option } from '../../../dialects/qemu/option.ts';
import { scanKeyval } from '../../../dialects/qemu/properties.ts';
import { touches } from '../../../text/span.ts';
import type { Proposal, QemuPlace } from '../refactoring.ts';

/** Options whose bare words QEMU takes for booleans; those of others are refused or mean something else. */
const OPTIONS: ReadonlySet<string> = new Set(
  'chardev device drive fsdev mon name net netdev nic object rtc spice virtfs vnc'.split(' '),
);

/** Options that take a character device in the old way. */
const CHARACTER_DEVICES: ReadonlySet<string> = new Set(
  'debugcon gdb monitor parallel qmp qmp-pretty serial virtioconsole'.split(' '),
);

/** Writes `server,nowait` as `server=on,wait=off`. */
export function writeBooleansInFull({ variant: { line }, range }: QemuPlace): Proposal[] {
  const option = line.options.find((each) => touches(each.range, range));
  const argument = option?.argument;
  const short = option && argument ? shortBooleans(option) : [];
  const edits = short.flatMap(({ start, end, full }) => {
    const place = argument!.editable(start, end);
    return place ? [{ range: place, newText: full }] : [];
  });
  if (edits.length === 0 || edits.length < short.length) return [];
  const title = `Write short booleans in full: ${short.map(({ full }) => full).join(', ')}`;
  return [{ title, kind: 'refactor.rewrite', keeps: 'guest', edits }];
}

interface ShortBoolean {
  /** Offsets into the argument. */
  readonly start: number;
  readonly end: number;
  readonly full: string;
}

function shortBooleans({ name, argument, json, open }: Option): ShortBoolean[] {
  const { text } = argument!;
  if (json || open) return [];
  let from = 0;
  if (CHARACTER_DEVICES.has(name)) {
    const head = /^(?:mon:)?(?:tcp|telnet|tn3270|unix|websocket):[^,]*,/.exec(text);
    if (!head) return [];
    from = head[0].length;
  } else if (!OPTIONS.has(name)) return [];
  // Behind the head of a character device no first word has a key of its own.
  const implied = from > 0 || name === 'drive' || name === 'spice' ? '' : 'implied';
  return scanKeyval(text.slice(from), implied)
    .filter(({ form, key }) => form === 'flag' && /^[a-z][\w-]*$/.test(key) && key !== 'help')
    .map(({ key, start, end }) => ({ start: from + start, end: from + end, full: inFull(key) }));
}

/** As util/qemu-option.c reads it: what begins with `no` is switched off, whatever it is. */
export function inFull(flag: string): string {
  // A socket has both, the one the opposite of the other; QEMU asks for nodelay=.
  if (flag === 'nodelay') return 'nodelay=on';
  if (flag === 'delay') return 'nodelay=off';
  return flag.startsWith('no') && flag.length > 2 ? `${flag.slice(2)}=off` : `${flag}=on`;
}
