import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import { CannotWrite } from '../change.ts';
import { listenOf } from './lower/displays.ts';
import { setAttribute } from './places.ts';

/** Writes the mode that QEMU's model stands for. */
export function setCpuModel(domain: XmlElement, name: string): TextEdit {
  const cpu = child(domain, 'cpu');
  const mode = name === 'max' ? 'maximum' : name === 'host' ? 'host-passthrough' : undefined;
  if (!cpu || !mode) throw new CannotWrite('the <cpu> has no mode for this model');
  return setAttribute(cpu, 'mode', mode);
}

/** Writes the address of a <graphics> in all places that say one: libvirt wants them to agree. */
export function setDisplayAddress(graphics: XmlElement, address: string): TextEdit[] {
  const listen = listenOf(graphics);
  const own = attribute(graphics, 'listen') ? [setAttribute(graphics, 'listen', address)] : [];
  return listen ? [...own, setAttribute(listen, 'address', address)] : own;
}
