import type { Collection } from '../../../guest/collection.ts';
import type { Display } from '../../../guest/display.ts';
import { absent, isAbsent, isKnown, known, mapValue, type Value } from '../../../guest/value.ts';
import { type CommandLine, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { readBoolean } from './read.ts';
import { labelOf, type Sources } from './sources.ts';

/** `-vnc :0`, `-display vnc=:0` and `-spice`, as far as they wait for connections over the network. */
export function lowerDisplays(line: CommandLine, sources: Sources): Collection<Display> {
  const items = optionsNamed(line, 'vnc', 'display', 'spice').flatMap((option) => {
    const parts = option.name === 'spice' ? spiceOf(option) : vncOf(option);
    if (!parts) return [];
    const display: Display = { kind: 'display', span: option.span, label: labelOf(option), ...parts };
    sources.set(display, option);
    return [display];
  });
  return { items, openedBy: line.openedBy };
}

type Parts = Pick<Display, 'protocol' | 'address' | 'guarded'>;

/** What stands before the last colon is the host's address; `reverse` makes it a client's (ui/vnc.c: vnc_display_open). */
function vncOf(option: Option): Parts | undefined {
  const reverse = option.value('reverse');
  if (!option.find('vnc') || (isKnown(reverse) && reverse.value === 'on')) return undefined;
  const address = mapValue(option.value('vnc'), (text) => VNC.exec(text)?.[1]);
  return { protocol: 'vnc', address, guarded: guardOf(option, VNC_GUARDS) };
}

const VNC = /^(?!unix:)(.*):\d+$/;

const VNC_GUARDS = ['password', 'password-secret', 'sasl', 'tls-creds'];

/** Without disable-ticketing a client needs a password (ui/spice-core.c: qemu_spice_init). */
function spiceOf(option: Option): Parts | undefined {
  const unix = readBoolean(option.value('unix'));
  if ((!option.find('port') && !option.find('tls-port')) || !isAbsent(unix)) return undefined;
  const open = readBoolean(option.value('disable-ticketing'));
  const at = option.find('disable-ticketing')?.span ?? option.span;
  const written = option.value('addr');
  const address = isAbsent(written) ? absent(at, '') : written;
  const guarded = isKnown(open) && open.value ? guardOf(option, ['sasl']) : known(true, at);
  return { protocol: 'spice', address, guarded };
}

/** True where one of the properties is there and not switched off. */
function guardOf(option: Option, keys: readonly string[]): Value<boolean> {
  const properties = keys.flatMap((key) => option.find(key) ?? []);
  const guard = properties.find(({ value }) => !isKnown(value) || value.value !== 'off');
  if (guard) return known(true, guard.span);
  return option.open
    ? { state: 'unknown', why: 'not-evaluated', span: option.span }
    : absent(option.span, false);
}
