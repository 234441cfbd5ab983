import type { ModelChange, NewEntity } from '../../guest/change.ts';
import type { Device } from '../../guest/pci.ts';
import { nodeId } from '../../guest/queries.ts';
import { effective } from '../../guest/value.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type TextEdit, withoutNested } from '../../text/edit.ts';
import { CannotWrite, type Change } from '../change.ts';
import type { LibvirtVariant } from '../document.ts';
import type { ElementTemplate } from './change.ts';
import {
  addBefore,
  addElement,
  moveElement,
  removeAttribute,
  removeElement,
  setAttribute,
} from './places.ts';
import { handOver } from './writeHandOver.ts';
import { followCell, setCellSize, setLevels, setMaxVcpus, setMemory } from './writeNuma.ts';
import { PciWriter } from './writePci.ts';
import { isPlaced, writePlaced } from './writePlaced.ts';
import { setAddressBits, setCpuModel, setDisplayAddress } from './writeRunning.ts';
import { shareMemory } from './writeShare.ts';

/**
 * Turns changes of one guest into edits of its XML.
 * @throws CannotWrite where the document offers no place for a change.
 */
export function writeLibvirt(text: string, variant: LibvirtVariant, changes: readonly Change[]): TextEdit[] {
  return new Writer(text, variant).write(changes);
}

class Writer {
  readonly #text: string;
  readonly #variant: LibvirtVariant;
  readonly #pci: PciWriter;

  constructor(text: string, variant: LibvirtVariant) {
    this.#text = text;
    this.#variant = variant;
    this.#pci = new PciWriter(text, variant);
  }

  write(changes: readonly Change[]): TextEdit[] {
    const others = changes.filter((change) => !isPlaced(change));
    return withoutNested([
      ...writePlaced(this.#text, this.#variant, changes.filter(isPlaced)),
      ...others.flatMap((change) => this.#one(change)),
    ]);
  }

  #one(change: Change): TextEdit[] {
    const text = this.#text;
    switch (change.op) {
      case 'set':
        return this.#set(change);
      case 'add':
        return [addBefore(text, this.#elementOf(change.before), this.#template(change.entity))];
      case 'replace': {
        if (!change.value.slot) throw new CannotWrite('the value has no place of its own');
        const { span, encode } = change.value.slot;
        return [{ range: span, newText: encode(change.text) }];
      }
      case 'remove':
        return this.#remove(change.entity);
      case 'set-attribute':
        return [setAttribute(change.element, change.name, change.text)];
      case 'remove-attribute':
        return [removeAttribute(text, change.element, change.name)];
      case 'add-element':
        return [addElement(text, change.parent, change.template, change.after)];
      case 'remove-element':
        return [removeElement(text, change.element)];
      case 'move-element':
        return moveElement(text, change.element, change.to);
      case 'share-memory':
        return shareMemory(text, this.#variant.domain);
      case 'hand-over':
        return handOver(text, this.#elementOf(change.beside), change.host);
      case 'text':
        return [{ range: change.span, newText: change.newText }];
      default:
        throw new CannotWrite(`domain XML knows no ${change.op}`);
    }
  }

  #set(change: ModelChange & { op: 'set' }): TextEdit[] {
    const { domain } = this.#variant;
    if (change.field === 'levels') return setLevels(this.#text, domain, change.to);
    if (change.field === 'accelerator') return [setAttribute(domain, 'type', change.to)];
    if (change.field === 'cpuModel') return [setCpuModel(domain, change.to)];
    if (change.field === 'addressBits') return [setAddressBits(this.#text, domain, change.to)];
    if (change.field === 'ram') return setMemory(domain, change.to);
    if (change.field === 'maxVcpus') return setMaxVcpus(this.#text, domain, change.to);
    const element = this.#elementOf(change.entity);
    switch (change.field) {
      case 'cpus':
        return [setAttribute(element, 'cpus', change.to.toString())];
      case 'id': {
        const own = setAttribute(element, 'id', String(change.to));
        const from = nodeId(change.entity);
        return change.followed && from !== undefined ? [own, ...followCell(domain, from, change.to)] : [own];
      }
      case 'size':
        return setCellSize(element, change.to);
      case 'address':
        return setDisplayAddress(element, change.to);
      case 'backing':
      case 'hostNodes':
      case 'vcpuPins':
      case 'emulatorCpus':
      case 'cpuNodes':
      case 'memoryNodes':
        throw new CannotWrite(`domain XML has no place for ${change.field}`);
      default:
        return this.#pci.set(element, change);
    }
  }

  #template(entity: NewEntity): ElementTemplate {
    switch (entity.kind) {
      case 'new-expander':
        return this.#pci.expander(entity);
      case 'new-port':
        return this.#pci.port(entity);
      default:
        throw new CannotWrite('domain XML has no memory backends');
    }
  }

  /** The balloon comes back where it is only taken away (src/qemu/qemu_domain.c: qemuDomainDefAddDefaultDevices). */
  #remove(entity: object): TextEdit[] {
    const element = this.#elementOf(entity);
    const { driver } = entity as Partial<Device>;
    if (!driver || effective(driver) !== 'virtio-balloon-pci') return [removeElement(this.#text, element)];
    if (element.name.text !== 'memballoon') {
      return [addElement(this.#text, element, { name: 'memballoon', attributes: { model: 'none' } })];
    }
    const model = setAttribute(element, 'model', 'none');
    if (element.selfClosing) return [model];
    return [model, { range: { start: element.startTagEnd - 1, end: element.end }, newText: '/>' }];
  }

  #elementOf(entity: object): XmlElement {
    const element = this.#variant.sources.get(entity);
    if (!element) throw new CannotWrite('what is to be changed does not stand in the XML');
    return element;
  }
}
