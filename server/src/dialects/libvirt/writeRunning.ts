import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import { CannotWrite } from '../change.ts';
import { listenOf } from './lower/displays.ts';
import { addElement, setAttribute } from './places.ts';

/** Writes the mode that QEMU's model stands for. */
export function setCpuModel(domain: XmlElement, name: string): TextEdit {
  const cpu = child(domain, 'cpu');
  const mode = name === 'max' ? 'maximum' : name === 'host' ? 'host-passthrough' : undefined;
  if (!cpu || !mode) throw new CannotWrite('the <cpu> has no mode for this model');
  return setAttribute(cpu, 'mode', mode);
}

/** `<maxphysaddr>`, which takes the place of another one (docs/formatdomain.rst, since libvirt 8.7). */
export function setAddressBits(text: string, domain: XmlElement, bits: number | 'host'): TextEdit {
  const cpu = child(domain, 'cpu');
  if (!cpu) throw new CannotWrite('there is no <cpu>');
  const attributes = bits === 'host' ? { mode: 'passthrough' } : { mode: 'emulate', bits: String(bits) };
  const old = child(cpu, 'maxphysaddr');
  if (!old) return addElement(text, cpu, { name: 'maxphysaddr', attributes });
  const quoted = Object.entries(attributes).map(([name, value]) => ` ${name}='${value}'`);
  return { range: { start: old.start, end: old.end }, newText: `<maxphysaddr${quoted.join('')}/>` };
}

/** Writes the address of a <graphics> in all places that say one: libvirt wants them to agree. */
export function setDisplayAddress(graphics: XmlElement, address: string): TextEdit[] {
  const listen = listenOf(graphics);
  const own = attribute(graphics, 'listen') ? [setAttribute(graphics, 'listen', address)] : [];
  return listen ? [...own, setAttribute(listen, 'address', address)] : own;
}
