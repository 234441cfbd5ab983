import type { Display } from '../../guest/display.ts';
import { isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { CannotWrite } from '../change.ts';
import type { Option } from './option.ts';
import { setProperty } from './places.ts';

/** Writes the address that a display waits on; in `-vnc` it stands before the display's number. */
export function setDisplayAddress(option: Option, display: Display, address: string): TextEdit {
  if (display.protocol === 'spice') return setProperty(option, 'addr', address);
  const written = option.value('vnc');
  if (!isKnown(written)) throw new CannotWrite('the number of the display is not known');
  return setProperty(option, 'vnc', address + written.value.slice(written.value.lastIndexOf(':')));
}
