import type { ModelChange, NewBacking, NewEntity } from '../../guest/change.ts';
import type { Entity } from '../../guest/entity.ts';
import type { CpuFeature } from '../../guest/processor.ts';
import { nodeId } from '../../guest/queries.ts';
import { effective } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { qemuSize } from '../../values/byteSize.ts';
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
import { setDisplayAddress } from './writeDisplay.ts';
import { handOver } from './writeHandOver.ts';
import { alike, bindAt, followNode, setRam, setRanges, setSmp } from './writeNuma.ts';
import { PciWriter } from './writePci.ts';
import { isOfProcess, writeProcess } from './writeProcess.ts';
import { removeFeature, setAccelerator, setAddressBits, setCpuModel } from './writeProcessor.ts';
import { shareMemory } from './writeShare.ts';

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
  readonly #pci: PciWriter;

  constructor(text: string, variant: QemuVariant) {
    this.#text = text;
    this.#variant = variant;
    this.#pci = new PciWriter(text, variant, (entity) => this.#idOf(entity));
  }

  write(changes: readonly Change[]): TextEdit[] {
    const others = changes.filter((change) => !isOfProcess(change));
    return [
      ...writeProcess(this.#variant.line, changes.filter(isOfProcess)),
      ...others.flatMap((change) => this.#one(change)),
    ];
  }

  #one(change: Change): TextEdit[] {
    switch (change.op) {
      case 'set':
        return this.#set(change);
      case 'add':
        return [insertBefore(this.#text, this.#optionOf(change.before), this.#wordsOf(change))];
      case 'replace': {
        if (!change.value.slot) throw new CannotWrite('the value comes from a place that others share');
        const { span, encode } = change.value.slot;
        return [{ range: span, newText: encode(change.text) }];
      }
      case 'remove':
        return [this.#remove(change.entity)];
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
      case 'share-memory':
        this.#allocator ??= new Allocator(this.#variant);
        return shareMemory(this.#text, this.#variant, this.#allocator);
      case 'hand-over':
        return handOver(this.#text, this.#optionOf(change.beside), change.beside, change.host);
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
    if (change.field === 'accelerator') return [setAccelerator(this.#text, line, change.to)];
    if (change.field === 'cpuModel') return [setCpuModel(line, change.to)];
    if (change.field === 'addressBits') return [setAddressBits(line, change.to)];
    if (change.field === 'ram') return [setRam(this.#text, line, change.to)];
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
        return [...setRanges(option, 'host-nodes', change.to), ...bindAt(option)];
      case 'size': {
        // In JSON QEMU wants a number of bytes: "expects uint64".
        const text = option.json ? String(change.to) : qemuSize(change.to);
        return [setProperty(option, change.entity.kind === 'backing' ? 'size' : 'mem', text)];
      }
      case 'backing': {
        const id = this.#idOf(change.to);
        const size = option.find('mem');
        return [size ? replaceProperty(option, size, `memdev=${id}`) : setProperty(option, 'memdev', id)];
      }
      case 'address':
        return [setDisplayAddress(option, change.entity, change.to)];
      case 'vcpuPins':
      case 'emulatorCpus':
      case 'cpuNodes':
      case 'memoryNodes':
        throw new CannotWrite('what is set around QEMU is written together');
      default:
        return this.#pci.set(option, change);
    }
  }

  #remove(entity: Entity): TextEdit {
    const option = this.#optionOf(entity);
    if (entity.kind === 'cpu-feature') return removeFeature(option, entity as CpuFeature);
    return removeOption(this.#text, option);
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
  #wordsOf({ entity, before }: ModelChange & { op: 'add' }): string[] {
    this.#allocator ??= new Allocator(this.#variant);
    if (entity.kind === 'new-backing') return this.#backing(entity, this.#allocator);
    const id = this.#allocator.id(entity.kind === 'new-expander' ? 'pxb' : 'rp');
    this.#ids.set(entity, id);
    return entity.kind === 'new-expander'
      ? this.#pci.expander(entity, id, before)
      : this.#pci.port(entity, id, this.#allocator);
  }

  #backing(entity: NewBacking, allocator: Allocator): string[] {
    const id = allocator.id('ram', entity.id);
    this.#ids.set(entity, id);
    const [type, ...others] = entity.like ? alike(this.#optionOf(entity.like)) : ['memory-backend-ram'];
    return ['-object', [type, `id=${id}`, `size=${qemuSize(entity.size)}`, ...others].join(',')];
  }
}
