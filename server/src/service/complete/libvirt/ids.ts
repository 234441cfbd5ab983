import { qemuCatalogue } from '../../../catalogue/qemu.ts';
import type { Target } from '../../../guest/target.ts';
import { attribute, child, childElements, children, descendants, textOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { newestFirst } from '../newestFirst.ts';

/** A value that the domain itself, or QEMU, has a name for. */
export interface Named {
  readonly text: string;
  readonly detail: string;
}

type Find = (domain: XmlElement, element: XmlElement, target: Target) => readonly Named[];

/** By the end of the path, with the attribute behind `@`. */
const FINDERS: Readonly<Record<string, Find>> = {
  'audio@id': audios,
  'cell@id': (domain) => [{ text: String(cells(domain).length), detail: 'next cell' }],
  'controller/target/node': cells,
  'cpu/model': (domain, _, target) => fromQemu(domain, target, 'cpu', 'CPU model'),
  'distances/sibling@id': cells,
  'driver@iothread': ioThreads,
  'iothreadpin@iothread': ioThreads,
  'memnode@cellid': cells,
  'memory/target/node': cells,
  'os/type@machine': (domain, _, target) => fromQemu(domain, target, 'machine', 'machine type'),
  'qemu:device@alias': aliases,
  'target@dev': targets,
  'vcpupin@vcpu': vcpus,
};

/** Texts that the schema describes by a form only. */
const WORDS: Readonly<Record<string, string>> = {
  '@unit': 'KiB MiB GiB TiB bytes',
  'os/type': 'hvm',
  'video/model@type': 'virtio qxl vga bochs none',
  'interface/model@type': 'virtio e1000e e1000 igb rtl8139',
};

/** What the text of an element, or of an attribute of it, may name. */
export function namedAt(
  path: readonly XmlElement[],
  name: string | undefined,
  target: Target,
): readonly Named[] {
  const element = path.at(-1)!;
  const domain = path[0]!;
  const names = path.map((each) => each.name.text);
  const suffix = name === undefined ? '' : `@${name}`;
  for (let depth = 3; depth >= 0; depth--) {
    const key = (depth === 0 ? '' : names.slice(-depth).join('/')) + suffix;
    const find = Object.hasOwn(FINDERS, key) ? FINDERS[key] : undefined;
    if (find) return find(domain, element, target);
    if (Object.hasOwn(WORDS, key)) return WORDS[key]!.split(' ').map((text) => ({ text, detail: '' }));
  }
  if (element.name.text === 'address' && name !== undefined) return controllers(domain, element, name);
  return [];
}

const at = (domain: XmlElement, ...names: string[]): XmlElement | undefined =>
  names.reduce<XmlElement | undefined>((element, name) => element && child(element, name), domain);

const attributeOf = (element: XmlElement, name: string): string | undefined =>
  attribute(element, name)?.value?.text || undefined;

function cells(domain: XmlElement): Named[] {
  const numa = at(domain, 'cpu', 'numa');
  return (numa ? children(numa, 'cell') : []).map((cell, i) => {
    const cpus = attributeOf(cell, 'cpus');
    return { text: attributeOf(cell, 'id') ?? String(i), detail: cpus ? `cell with vCPUs ${cpus}` : 'cell' };
  });
}

const MOST = 512;

const numbers = (count: string | undefined): number => Math.min(MOST, Number.parseInt(count ?? '', 10) || 0);

function ioThreads(domain: XmlElement): Named[] {
  const listed = at(domain, 'iothreadids');
  const ids = listed ? children(listed, 'iothread').flatMap((each) => attributeOf(each, 'id') ?? []) : [];
  const count = numbers(textOf(at(domain, 'iothreads') ?? domain).text);
  // Threads beyond the list get the lowest numbers that are free.
  for (let id = 1; ids.length < count; id++) if (!ids.includes(String(id))) ids.push(String(id));
  return ids.map((text) => ({ text, detail: 'I/O thread' }));
}

/** vCPUs without a pin first of all: a second one for the same is an error. */
function vcpus(domain: XmlElement, element: XmlElement): Named[] {
  const tune = at(domain, 'cputune');
  const pins = tune ? children(tune, 'vcpupin').filter((pin) => pin !== element) : [];
  const pinned = new Set(pins.map((pin) => attributeOf(pin, 'vcpu')));
  const count = numbers(textOf(at(domain, 'vcpu') ?? domain).text);
  return Array.from({ length: count }, (_, i) => ({ text: String(i), detail: 'vCPU' })).filter(
    ({ text }) => !pinned.has(text),
  );
}

function audios(domain: XmlElement, element: XmlElement): Named[] {
  const devices = at(domain, 'devices');
  if (!devices || element.parent === devices) return [];
  return children(devices, 'audio').flatMap((audio) => {
    const id = attributeOf(audio, 'id');
    return id === undefined
      ? []
      : [{ text: id, detail: `${attributeOf(audio, 'type') ?? ''} audio backend` }];
  });
}

function aliases(domain: XmlElement): Named[] {
  const devices = at(domain, 'devices');
  const found = devices ? [...descendants(devices)].filter(({ name }) => name.text === 'alias') : [];
  return found.flatMap((alias) => {
    const name = attributeOf(alias, 'name');
    return name === undefined ? [] : [{ text: name, detail: `alias of a ${alias.parent?.name.text}` }];
  });
}

/** The next free name of a disk on its bus: `vdb`. */
function targets(domain: XmlElement, element: XmlElement): Named[] {
  const devices = at(domain, 'devices');
  if (!devices || element.parent?.name.text !== 'disk') return [];
  const bus = attributeOf(element, 'bus') ?? 'virtio';
  const prefix = bus === 'virtio' ? 'vd' : bus === 'ide' ? 'hd' : bus === 'fdc' ? 'fd' : 'sd';
  const taken = new Set(
    children(devices, 'disk').flatMap((disk) => {
      const target = child(disk, 'target');
      return target && target !== element ? [attributeOf(target, 'dev')] : [];
    }),
  );
  const free = [...'abcdefghijklmnopqrstuvwxyz']
    .map((letter) => prefix + letter)
    .find((name) => !taken.has(name));
  return free === undefined ? [] : [{ text: free, detail: `next free name on ${bus}` }];
}

const CONTROLLER_OF: Readonly<Record<string, { readonly attribute: string; readonly type: RegExp }>> = {
  ccid: { attribute: 'controller', type: /^ccid$/ },
  drive: { attribute: 'controller', type: /^(scsi|sata|ide|fdc)$/ },
  pci: { attribute: 'bus', type: /^pci$/ },
  usb: { attribute: 'bus', type: /^usb$/ },
  'virtio-serial': { attribute: 'controller', type: /^virtio-serial$/ },
};

/** Controllers by their index, as an address names them; ports that are taken are left out. */
function controllers(domain: XmlElement, address: XmlElement, name: string): Named[] {
  const type = attributeOf(address, 'type') ?? '';
  const wanted = Object.hasOwn(CONTROLLER_OF, type) ? CONTROLLER_OF[type] : undefined;
  const devices = at(domain, 'devices');
  // In a <source> it is the host's address.
  if (!devices || wanted?.attribute !== name || address.parent?.name.text === 'source') return [];
  const taken = new Set(
    childElements(devices).flatMap((device) => {
      const own = child(device, 'address');
      return own && own !== address && attributeOf(own, 'type') === 'pci'
        ? [Number(attributeOf(own, 'bus'))]
        : [];
    }),
  );
  return children(devices, 'controller').flatMap((controller) => {
    const index = attributeOf(controller, 'index');
    const kind = attributeOf(controller, 'type') ?? '';
    const model = attributeOf(controller, 'model') ?? kind;
    if (index === undefined || !wanted.type.test(kind) || controller === address.parent) return [];
    if (/port$/.test(model) && taken.has(Number(index))) return [];
    const text = kind === 'pci' ? `0x${Number(index).toString(16).padStart(2, '0')}` : index;
    return [{ text, detail: model }];
  });
}

/** libvirt hands the names of machines and models on to QEMU. */
function fromQemu(domain: XmlElement, { qemu }: Target, kind: 'cpu' | 'machine', what: string): Named[] {
  const type = at(domain, 'os', 'type');
  const catalogue = qemuCatalogue((type && attributeOf(type, 'arch')) ?? 'x86_64', qemu, undefined);
  if (!catalogue) return [];
  const aliasNames = kind === 'machine' ? catalogue.aliases('machine') : [];
  const names = [...catalogue.names(kind)].sort((a, b) => (newestFirst(a) < newestFirst(b) ? -1 : 1));
  return [...aliasNames, ...names].map((text) => ({ text, detail: what }));
}
