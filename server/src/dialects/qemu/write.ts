import type { ModelChange, NewBacking, NewEntity, NewExpander, NewPort } from '../../guest/change.ts';
import { nodeId } from '../../guest/queries.ts';
import { effective } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { qemuSize } from '../../values/byteSize.ts';
import { freeBusNumber } from '../busNumbers.ts';
import { CannotWrite, type Change } from '../change.ts';
import type { QemuVariant } from '../document.ts';
import { Allocator } from './allocate.ts';
import type { Option } from './option.ts';
import {
  hoistComment,
  insertAfter,
  insertBefore,
  joinLines,
  moveAfter,
  removeOption,
  removeProperty,
  replaceProperty,
  setProperty,
} from './places.ts';
import { followNode, setRanges, setSmp } from './writeNuma.ts';

/**
 * Turns changes of one guest into edits of its script.
 * @throws CannotWrite where the script offers no place for a change.
 */
export function writeQemu(text: string, variant: QemuVariant, changes: readonly Change[]): TextEdit[] {
  return new Writer(text, variant).write(changes);
}

class Writer {
  readonly #text: string;
  readonly #variant: QemuVariant;
  readonly #ids = new Map<NewEntity, string>();
  #allocator: Allocator | undefined;
  #expanders = 0;

  constructor(text: string, variant: QemuVariant) {
    this.#text = text;
    this.#variant = variant;
  }

  write(changes: readonly Change[]): TextEdit[] {
    return changes.flatMap((change) => this.#one(change));
  }

  #one(change: Change): TextEdit[] {
    switch (change.op) {
      case 'set':
        return this.#set(change);
      case 'add':
        return [insertBefore(this.#text, this.#optionOf(change.before), this.#wordsOf(change.entity))];
      case 'replace': {
        if (!change.value.slot) throw new CannotWrite('the value comes from a place that others share');
        const { span, encode } = change.value.slot;
        return [{ range: span, newText: encode(change.text) }];
      }
      case 'remove':
        return [removeOption(this.#text, this.#optionOf(change.entity))];
      case 'set-property':
        return [setProperty(change.option, change.key, change.text)];
      case 'remove-property':
        return [removeProperty(change.option, change.property)];
      case 'rename-property': {
        const { text } = change.property;
        const value = change.option.argument?.text.slice(text.valueStart, text.valueEnd) ?? '';
        return [replaceProperty(change.option, change.property, `${change.key}=${value}`)];
      }
      case 'add-option':
        return [insertAfter(this.#text, change.after, change.words)];
      case 'move':
        return moveAfter(this.#text, this.#optionOf(change.entity), this.#optionOf(change.after));
      case 'move-option':
        return moveAfter(this.#text, change.option, change.after);
      case 'join-lines':
        return [joinLines(this.#text, change.backslash, change.next)];
      case 'hoist-comment':
        return hoistComment(this.#text, this.#variant.line.span.start, change.comment, change.next);
      case 'remove-option':
        return [removeOption(this.#text, change.option)];
      case 'text':
        return [{ range: change.span, newText: change.newText }];
      case 'line-feed':
        return [...this.#text.matchAll(/\r(?=\n)/g)].map(({ index }) => ({
          range: { start: index, end: index + 1 },
          newText: '',
        }));
      default:
        throw new CannotWrite(`a command line knows no ${change.op}`);
    }
  }

  #set(change: ModelChange & { op: 'set' }): TextEdit[] {
    const { line } = this.#variant;
    if (change.field === 'levels') return setSmp(this.#text, line, change.to);
    if (change.field === 'maxVcpus') {
      const key = change.entity.maxVcpus.state === 'absent' ? 'cpus' : 'maxcpus';
      return setSmp(this.#text, line, { [key]: change.to });
    }
    const option = this.#optionOf(change.entity);
    switch (change.field) {
      case 'cpus':
        return setRanges(option, 'cpus', change.to);
      case 'id': {
        const own = setProperty(option, 'nodeid', String(change.to));
        const from = nodeId(change.entity);
        if (!change.followed || from === undefined) return [own];
        return [own, ...followNode(line, from, change.to)];
      }
      case 'hostNodes':
        return setRanges(option, 'host-nodes', change.to);
      case 'backing': {
        const id = this.#idOf(change.to);
        const size = option.find('mem');
        return [size ? replaceProperty(option, size, `memdev=${id}`) : setProperty(option, 'memdev', id)];
      }
      case 'bus': {
        const address = option.find('addr');
        const bus = setProperty(option, 'bus', this.#idOf(change.to));
        if (change.fn !== undefined) return [bus, setProperty(option, 'addr', `0x0.${change.fn}`)];
        // The old slot belongs to the old bus; a port takes slot 0 only.
        return address ? [bus, removeProperty(option, address)] : [bus];
      }
    }
  }

  #optionOf(entity: object): Option {
    const option = this.#variant.sources.get(entity);
    if (!option) throw new CannotWrite('what is to be changed does not stand on the command line');
    return option;
  }

  #idOf(entity: { readonly kind: string }): string {
    const known = this.#ids.get(entity as NewEntity);
    if (known !== undefined) return known;
    if (!entity.kind.startsWith('new-')) {
      const { id } = entity as { id?: Parameters<typeof effective<string>>[0] };
      const text = id && effective(id);
      if (text === undefined) throw new CannotWrite('what is referred to has no id');
      return text;
    }
    throw new CannotWrite('a new thing is used before it is added');
  }

  /** The option that makes a new entity; its id is fixed here. */
  #wordsOf(entity: NewEntity): string[] {
    this.#allocator ??= new Allocator(this.#variant);
    switch (entity.kind) {
      case 'new-backing':
        return this.#backing(entity, this.#allocator);
      case 'new-expander':
        return this.#expander(entity, this.#allocator);
      case 'new-port':
        return this.#port(entity, this.#allocator);
    }
  }

  #backing(entity: NewBacking, allocator: Allocator): string[] {
    const id = allocator.id('ram', entity.id);
    this.#ids.set(entity, id);
    return ['-object', `memory-backend-ram,id=${id},size=${qemuSize(entity.size)}`];
  }

  #expander(entity: NewExpander, allocator: Allocator): string[] {
    const id = allocator.id('pxb');
    this.#ids.set(entity, id);
    const family = effective(this.#variant.guest.machine.type)?.family;
    const root = this.#variant.guest.pci.buses.items.find((bus) => bus.role === 'root');
    const bus = root && effective(root.id);
    if (bus === undefined) throw new CannotWrite('the root bus of the machine is not known');
    const driver = family === 'i440fx' ? 'pxb' : 'pxb-pcie';
    const busNr = freeBusNumber(this.#variant.guest, this.#expanders++);
    return ['-device', `${driver},id=${id},bus=${bus},bus_nr=${busNr},numa_node=${entity.node}`];
  }

  #port(entity: NewPort, allocator: Allocator): string[] {
    const id = allocator.id('rp');
    this.#ids.set(entity, id);
    const parent = this.#idOf(entity.parent);
    return ['-device', `pcie-root-port,id=${id},bus=${parent},chassis=${allocator.chassis()}`];
  }
}
