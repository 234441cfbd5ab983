import type { ModelChange, NewEntity, NewExpander, NewPort } from '../../guest/change.ts';
import type { PciBus } from '../../guest/pci.ts';
import { busesBelow, nodeId } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type TextEdit, withoutNested } from '../../text/edit.ts';
import { freeBusNumber } from '../busNumbers.ts';
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
import { followCell, setLevels, setMaxVcpus } from './writeNuma.ts';

/**
 * Turns changes of one guest into edits of its XML.
 * @throws CannotWrite where the document offers no place for a change.
 */
export function writeLibvirt(text: string, variant: LibvirtVariant, changes: readonly Change[]): TextEdit[] {
  return new Writer(text, variant).write(changes);
}

const hex = (value: number, width = 2): string => `0x${value.toString(16).padStart(width, '0')}`;

class Writer {
  readonly #text: string;
  readonly #variant: LibvirtVariant;
  readonly #indexes = new Map<NewEntity, number>();
  readonly #added: NewExpander[] = [];

  constructor(text: string, variant: LibvirtVariant) {
    this.#text = text;
    this.#variant = variant;
  }

  write(changes: readonly Change[]): TextEdit[] {
    return withoutNested(changes.flatMap((change) => this.#one(change)));
  }

  #one(change: Change): TextEdit[] {
    const text = this.#text;
    switch (change.op) {
      case 'set':
        return this.#set(change);
      case 'add':
        return [addBefore(text, this.#elementOf(change.before), this.#controller(change.entity))];
      case 'replace': {
        if (!change.value.slot) throw new CannotWrite('the value has no place of its own');
        const { span, encode } = change.value.slot;
        return [{ range: span, newText: encode(change.text) }];
      }
      case 'remove':
        return [removeElement(text, this.#elementOf(change.entity))];
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
      case 'text':
        return [{ range: change.span, newText: change.newText }];
      default:
        throw new CannotWrite(`domain XML knows no ${change.op}`);
    }
  }

  #set(change: ModelChange & { op: 'set' }): TextEdit[] {
    const { domain } = this.#variant;
    if (change.field === 'levels') return setLevels(this.#text, domain, change.to);
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
      case 'bus':
        return this.#setAddress(element, change.to, change.fn ?? 0);
      default:
        throw new CannotWrite(`domain XML has no place for ${change.field}`);
    }
  }

  /** A port takes slot 0; on a conventional expander slot 0 may belong to its own hot-plug controller. */
  #setAddress(element: XmlElement, bus: PciBus | NewPort | NewExpander, fn: number): TextEdit[] {
    const port = bus.kind === 'new-port' || (bus.kind === 'pci-bus' && bus.role === 'port');
    const place = { bus: hex(this.#indexOf(bus)), slot: hex(port ? 0 : 1), function: hex(fn, 1) };
    const address = child(element, 'address');
    if (address) return Object.entries(place).map(([name, value]) => setAttribute(address, name, value));
    const attributes = { type: 'pci', domain: '0x0000', ...place };
    return [addElement(this.#text, element, { name: 'address', attributes })];
  }

  #controller(entity: NewEntity): ElementTemplate {
    switch (entity.kind) {
      case 'new-expander':
        return this.#expander(entity);
      case 'new-port':
        return this.#port(entity);
      default:
        throw new CannotWrite('domain XML has no memory backends');
    }
  }

  #expander(entity: NewExpander): ElementTemplate {
    const family = effective(this.#variant.guest.machine.type)?.family;
    if (family === undefined || family === 'other') throw new CannotWrite('the machine type is not known');
    const kind = family === 'i440fx' ? 'pci' : 'pcie';
    const busNr = freeBusNumber(this.#variant.guest, this.#added.length);
    this.#added.push(entity);
    return {
      name: 'controller',
      attributes: { type: 'pci', index: String(this.#newIndex(entity)), model: `${kind}-expander-bus` },
      children: [
        {
          name: 'target',
          attributes: { busNr: String(busNr) },
          children: [{ name: 'node', text: String(entity.node) }],
        },
      ],
    };
  }

  #port(entity: NewPort): ElementTemplate {
    const index = this.#newIndex(entity);
    const { parent } = entity;
    const slot = parent.kind === 'pci-bus' ? busesBelow(this.#variant.guest, parent).length : 0;
    const address = {
      type: 'pci',
      domain: '0x0000',
      bus: hex(this.#indexOf(parent)),
      slot: hex(slot),
      function: '0x0',
    };
    return {
      name: 'controller',
      attributes: { type: 'pci', index: String(index), model: 'pcie-root-port' },
      children: [{ name: 'address', attributes: address }],
    };
  }

  #newIndex(entity: NewEntity): number {
    const { buses } = this.#variant.guest.pci;
    const used = buses.items.flatMap((bus) => (isKnown(bus.id) ? [Number(bus.id.value)] : []));
    const index = Math.max(0, ...used, ...this.#indexes.values()) + 1;
    this.#indexes.set(entity, index);
    return index;
  }

  #indexOf(bus: PciBus | NewPort | NewExpander): number {
    if (bus.kind === 'pci-bus') {
      if (isKnown(bus.id)) return Number(bus.id.value);
      throw new CannotWrite('the index of the controller is not known');
    }
    const index = this.#indexes.get(bus);
    if (index === undefined) throw new CannotWrite('a new controller is used before it is added');
    return index;
  }

  #elementOf(entity: object): XmlElement {
    const element = this.#variant.sources.get(entity);
    if (!element) throw new CannotWrite('what is to be changed does not stand in the XML');
    return element;
  }
}
