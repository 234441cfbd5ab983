import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import type { MachineType } from '../../guest/machine.ts';
import { atLeast, type Target } from '../../guest/target.ts';
import { effective } from '../../guest/value.ts';
import {
  attribute,
  child,
  childElements,
  children,
  descendants,
  isClosed,
  textOf,
} from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { content, type Refusal, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'vcpu-count-unfit',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A guest has more vCPUs than its machine can have, or begins with none.',
  explains: ['vcpus-over-255-need-eim'],
  sources: [
    {
      title: 'libvirt: Maximum CPUs greater than specified machine type limit',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDef',
    },
    { title: "libvirt: vcpu 0 can't be offline", ref: 'src/qemu/qemu_domain.c: qemuDomainValidateVcpuInfo' },
    { title: 'QEMU: max_cpus of machine types', ref: 'hw/i386/pc_q35.c, hw/i386/pc_piix.c' },
  ],
  since: '0.1.0',
  check(context) {
    const vcpu = child(context.domain, 'vcpu');
    const unread = vcpu && unreadable(vcpu);
    if (unread) tellRefusal(context, unread);
    if (!vcpu && !mayGainChildren(context.domain)) {
      const refusal = oneByOne(undefined, 1, context);
      if (refusal) tellRefusal(context, refusal);
    }
    const isWritten = vcpu && !unread && content(vcpu) !== undefined;
    const count = isWritten ? numberIn(wholeText(vcpu)) : undefined;
    if (!vcpu || count === undefined) return;
    for (const of of [none, beyondMachine, atStart, oneByOne, order]) {
      const refusal = of(vcpu, count, context);
      if (refusal) tellRefusal(context, refusal, { about: [refusal.element, context.guest.topology] });
    }
  },
});

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\+?\d+\s*$/.test(text) ? Number(text) : undefined;

/** The number is all the text that is in the element, and there has to be one. */
function unreadable(vcpu: XmlElement): Refusal | undefined {
  if (mayGainChildren(vcpu) || !isClosed(vcpu)) return undefined;
  const other = childElements(vcpu).find((each) => holdsText(each) || descendants(each).some(holdsText));
  if (content(vcpu) !== undefined && (!other || numberIn(wholeText(vcpu)) !== undefined)) return undefined;
  if (textOf(vcpu).text !== '' && !other) return undefined;
  return {
    fact: other ? `The text of <${other.name.text}> belongs to the number of vCPUs` : '<vcpu> is empty',
    words: 'maximum vcpus count must be an integer',
    element: other ?? vcpu,
    fixes: [removeElement(other ?? vcpu)],
  };
}

/** All the text in an element and below, in one: libvirt asks for `string(./vcpu[1])`, so that of 4 and 1 it makes 41. */
function wholeText(element: XmlElement): string {
  const keeps = holdsText(element);
  let text = '';
  for (const node of element.children) {
    if (node.kind === 'element') text += wholeText(node);
    else if (keeps && (node.kind === 'text' || node.kind === 'cdata')) text += node.text;
  }
  return text;
}

/** Blanks between elements libxml2 drops, those that are all that is in one it does not. */
const holdsText = ({ children: nodes }: XmlElement): boolean =>
  nodes.some((node) => node.kind === 'text' && (node.raw.trim() !== '' || nodes.length === 1));

function none(vcpu: XmlElement, count: number): Refusal | undefined {
  if (count !== 0) return undefined;
  return {
    fact: 'A guest has one vCPU at least, and <vcpu> says 0',
    words: 'CPU IDs in <numa> exceed the <vcpu> count',
    element: vcpu,
    fixes: [removeElement(vcpu, 'Remove <vcpu>: the guest then has one')],
  };
}

function beyondMachine(
  vcpu: XmlElement,
  count: number,
  { guest, target }: LibvirtContext,
): Refusal | undefined {
  const type = effective(guest.machine.type);
  const most = type && mostOf(type, target);
  if (!type || most === undefined || count <= most) return undefined;
  return {
    fact: `${count} vCPUs are more than the ${most} of ${type.name}`,
    words: `Maximum CPUs greater than specified machine type limit ${most}`,
    element: vcpu,
  };
}

/** Machines of a version keep the limit that it had: q35 has 288 vCPUs, 1024 since 8.1, 4096 since 9.1. */
function mostOf({ family, version, name }: MachineType, { qemu }: Target): number | undefined {
  if (name === 'isapc') return 1;
  if (family === 'i440fx') return 255;
  if (family !== 'q35') return undefined;
  const from = version ?? qemu;
  if (!from || atLeast(from, [9, 1])) return 4096;
  return atLeast(from, [8, 1]) ? 1024 : 288;
}

/** Of one that is too high smp-maxcpus-less-than-cpus speaks; a list of all vCPUs outranks the number. */
function atStart(vcpu: XmlElement, _: number, { domain }: LibvirtContext): Refusal | undefined {
  if (child(domain, 'vcpus') || numberIn(word(vcpu, 'current')) !== 0) return undefined;
  return {
    fact: 'A guest begins with one vCPU at least',
    words: "vcpu 0 can't be offline",
    element: vcpu,
    attribute: 'current',
    fixes: [removeAttribute(vcpu, 'current')],
  };
}

function oneByOne(_: XmlElement | undefined, count: number, { domain }: LibvirtContext): Refusal | undefined {
  if (!child(domain, 'vcpus')) return undefined;
  for (const vcpu of children(domain, 'vcpus').flatMap((list) => children(list, 'vcpu'))) {
    const id = numberIn(word(vcpu, 'id'));
    if (id === undefined) continue;
    if (id >= count) {
      return {
        fact: `vCPU ${id} is not there: the guest has ${count}`,
        words: `vcpu id '${id}' is out of range of maximum vcpu count`,
        element: vcpu,
        attribute: 'id',
      };
    }
  }
  return undefined;
}

/** Either libvirt plugs all of them in as it likes, or each has its turn. */
function order(_: XmlElement, __: number, { domain }: LibvirtContext): Refusal | undefined {
  if (!child(domain, 'vcpus')) return undefined;
  const plugged = children(domain, 'vcpus')
    .flatMap((list) => children(list, 'vcpu'))
    .filter((vcpu) => word(vcpu, 'enabled') === 'yes');
  // An order of 0 is none.
  const isOrdered = (vcpu: XmlElement): boolean =>
    attribute(vcpu, 'order') !== undefined && numberIn(word(vcpu, 'order')) !== 0;
  const first = plugged.find(isOrdered);
  const without = plugged.find((vcpu) => !isOrdered(vcpu));
  if (!first || !without) return undefined;
  return {
    fact: 'This vCPU has no turn in order=, and another one has',
    words: 'all vcpus must have either set or unset order',
    element: without,
    beside: { element: first, message: 'This one has.' },
  };
}
