import type { ModelChange, Setting } from '../../guest/change.ts';
import { nodeId } from '../../guest/queries.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { TextEdit } from '../../text/edit.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { CannotWrite, type Change } from '../change.ts';
import type { LibvirtVariant } from '../document.ts';
import type { ElementTemplate } from './change.ts';
import { cellElements } from './lower/memory.ts';
import { numatuneOf } from './numatune.ts';
import { addElement, setAttribute } from './places.ts';

type Set = ModelChange & { readonly op: 'set' };
export type PlacedChange = Set &
  Extract<Setting, { readonly field: 'hostNodes' | 'vcpuPins' | 'emulatorCpus' }>;

/** Changes of which several are written into one element, `<cputune>` or `<numatune>`, that may have to be made. */
export const isPlaced = (change: Change): change is PlacedChange =>
  change.op === 'set' && ['hostNodes', 'vcpuPins', 'emulatorCpus'].includes(change.field);

/** Writes where threads and memory are to be on the host. @throws CannotWrite */
export function writePlaced(
  text: string,
  variant: LibvirtVariant,
  changes: readonly PlacedChange[],
): TextEdit[] {
  return [...writePins(text, variant.domain, changes), ...writeBindings(text, variant, changes)];
}

function writePins(text: string, domain: XmlElement, changes: readonly PlacedChange[]): TextEdit[] {
  const edits: TextEdit[] = [];
  const missing: ElementTemplate[] = [];
  const all = children(domain, 'cputune');
  const put = (name: string, key: Record<string, string>, cpus: IndexSet): void => {
    const same = all
      .flatMap((cputune) => children(cputune, name))
      .find((element) => Object.entries(key).every(([k, v]) => attribute(element, k)?.value?.text === v));
    if (same) edits.push(setAttribute(same, 'cpuset', cpus.toString()));
    else missing.push({ name, attributes: { ...key, cpuset: cpus.toString() } });
  };
  for (const change of changes) {
    if (change.field === 'emulatorCpus') put('emulatorpin', {}, change.to);
    if (change.field !== 'vcpuPins') continue;
    for (const [vcpu, cpus] of change.to) put('vcpupin', { vcpu: String(vcpu) }, cpus);
  }
  return [...edits, ...addTo(text, domain, all[0], 'cputune', missing)];
}

/** Puts children into an element of the domain, which is made behind `<vcpu>` where there is none. */
function addTo(
  text: string,
  domain: XmlElement,
  parent: XmlElement | undefined,
  name: string,
  templates: readonly ElementTemplate[],
): TextEdit[] {
  if (templates.length === 0) return [];
  if (!parent) {
    const after = child(domain, 'vcpu') ?? child(domain, 'memory');
    return [addElement(text, domain, { name, children: templates }, after)];
  }
  // An element without content is opened once, by one edit.
  if (parent.selfClosing && templates.length > 1) throw new CannotWrite(`<${name}/> is empty`);
  return templates.map((template) => addElement(text, parent, template));
}

function writeBindings(
  text: string,
  { domain, guest }: LibvirtVariant,
  changes: readonly PlacedChange[],
): TextEdit[] {
  const wanted = changes.filter((change) => change.field === 'hostNodes');
  if (wanted.length === 0) return [];
  const { element, memory, memnodes, placement } = numatuneOf(domain);
  if (placement === 'auto' || placement === 'unknown') throw new CannotWrite('numad chooses the host nodes');
  const ofWhole = wanted.find(
    ({ entity }) => guest.memory.whole.target.state === 'found' && guest.memory.whole.target.item === entity,
  );
  if (ofWhole) return bindAll(text, domain, element, memory, ofWhole.to);
  const edits: TextEdit[] = [];
  const rest: { readonly cell: number; readonly to: IndexSet }[] = [];
  for (const { entity, to } of wanted) {
    const node = guest.nodes.items.find(
      ({ backing: { target } }) => target.state === 'found' && target.item === entity,
    );
    const cell = node && nodeId(node);
    if (cell === undefined) throw new CannotWrite('it cannot be told which cell has this memory');
    const own = memnodes.find((memnode) => attribute(memnode, 'cellid')?.value?.text.trim() === String(cell));
    if (own) edits.push(setAttribute(own, 'nodeset', to.toString()));
    else rest.push({ cell, to });
  }
  const shared = cellElements(domain).length - memnodes.length;
  const [first] = rest;
  if (first && memory && rest.length === shared && rest.every(({ to }) => to.equals(first.to))) {
    return [...edits, setAttribute(memory, 'nodeset', first.to.toString())];
  }
  const mode = (memory && attribute(memory, 'mode')?.value?.text) ?? 'strict';
  const templates = rest.map(({ cell, to }) => ({
    name: 'memnode',
    attributes: { cellid: String(cell), mode, nodeset: to.toString() },
  }));
  return [...edits, ...addTo(text, domain, element, 'numatune', templates)];
}

function bindAll(
  text: string,
  domain: XmlElement,
  numatune: XmlElement | undefined,
  memory: XmlElement | undefined,
  to: IndexSet,
): TextEdit[] {
  if (memory) return [setAttribute(memory, 'nodeset', to.toString())];
  const template = { name: 'memory', attributes: { mode: 'strict', nodeset: to.toString() } };
  return addTo(text, domain, numatune, 'numatune', [template]);
}
