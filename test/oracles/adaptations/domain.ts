import { machineTypes, qemuBinary } from '../qemu.ts';
import { nearestMachine } from './machine.ts';
import type { AdaptationId, AdaptationUse } from './table.ts';

interface DomainEdit {
  readonly id: AdaptationId;
  /** The elements from the domain down. */
  readonly path: string;
  /** The attribute whose value is changed; undefined for the element's text. */
  readonly attribute?: string;
  readonly change: (value: string) => string;
  /** Whether the edit is for domains that ask for hardware acceleration: without it libvirt's refusal is a real one. */
  readonly onHardware?: true;
}

/** Replaces a list of host nodes by 0. What is no such list stays, for libvirt to refuse. */
const toNodeZero = (nodes: string) => (/^\s*\d+\s*([-,]\s*\^?\d+\s*)*$/.test(nodes) ? '0' : nodes);

const EDITS: readonly DomainEdit[] = [
  {
    id: 'domain-type',
    path: 'domain',
    attribute: 'type',
    change: (type) => (type === 'kvm' || type === 'hvf' ? 'qemu' : type),
  },
  {
    id: 'cpu-mode',
    path: 'domain/cpu',
    attribute: 'mode',
    change: (mode) => (mode === 'host-passthrough' || mode === 'host-model' ? 'maximum' : mode),
    onHardware: true,
  },
  {
    id: 'emulator',
    path: 'domain/devices/emulator',
    change: (path) =>
      /\/(qemu-system-(x86_64|i386)|qemu-kvm|kvm|kvm-spice)\s*$/.test(path) ? (qemuBinary() ?? path) : path,
  },
  {
    id: 'machine-type',
    path: 'domain/os/type',
    attribute: 'machine',
    change: (machine) => nearestMachine(machine, machineTypes()),
  },
  { id: 'host-node', path: 'domain/numatune/memory', attribute: 'nodeset', change: toNodeZero },
  { id: 'host-node', path: 'domain/numatune/memnode', attribute: 'nodeset', change: toNodeZero },
  { id: 'host-node', path: 'domain/devices/memory/source/nodemask', change: toNodeZero },
];

/**
 * Turns a user's domain XML into one that this machine's libvirt can try, by the fixed table of adaptations. Only the
 * values concerned are replaced, as text: an XML that is not well-formed stays so. Sizes, devices of the host and disk
 * sources stay as they are, because neither `define` nor the making of a command line looks at them.
 */
export function adaptDomain(xml: string): { xml: string; used: AdaptationUse[] } {
  const used: AdaptationUse[] = [];
  const open: string[] = [];
  let result = '';
  let copied = 0;
  const replace = (edit: DomainEdit, start: number, end: number) => {
    const before = xml.slice(start, end);
    const after = edit.change(before);
    if (after === before || (edit.onHardware && !used.some(({ id }) => id === 'domain-type'))) return;
    used.push({ id: edit.id, before: `${edit.path}: ${before}`, after: `${edit.path}: ${after}` });
    result += xml.slice(copied, start) + after;
    copied = end;
  };
  for (const match of xml.matchAll(MARKUP)) {
    const [text, slash, name, attributes, selfClosing] = match;
    if (name === undefined) continue; // a comment or its like
    if (slash === '/') {
      open.pop();
      continue;
    }
    open.push(name);
    const path = open.slice(Math.max(open.indexOf('domain'), 0)).join('/');
    for (const edit of EDITS.filter((candidate) => candidate.path === path)) {
      if (edit.attribute === undefined) {
        const start = match.index + text.length;
        const end = xml.indexOf('<', start);
        if (selfClosing === '' && end > start) replace(edit, start, end);
      } else {
        const value = new RegExp(`\\s${edit.attribute}\\s*=\\s*["']([^"']*)`).exec(attributes!);
        if (value === null) continue;
        const end = match.index + 1 + name.length + value.index + value[0].length;
        replace(edit, end - value[1]!.length, end);
      }
    }
    if (selfClosing === '/') open.pop();
  }
  return { xml: result + xml.slice(copied), used };
}

/** Comments, CDATA and processing instructions are matched to be stepped over; a tag has the groups. */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g;
