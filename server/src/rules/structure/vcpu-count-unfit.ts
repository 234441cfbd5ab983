import type { MachineType } from '../../guest/machine.ts';
import { atLeast, type Target } from '../../guest/target.ts';
import { effective } from '../../guest/value.ts';
import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { content, type Refusal, removeAttribute, tellRefusal, word } from '../refusal.ts';

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
    const count = vcpu && numberIn(content(vcpu));
    if (!vcpu || count === undefined) return;
    for (const of of [beyondMachine, atStart, oneByOne]) {
      const refusal = of(vcpu, count, context);
      if (refusal) tellRefusal(context, refusal, { about: [refusal.element, context.guest.topology] });
    }
  },
});

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\+?\d+\s*$/.test(text) ? Number(text) : undefined;

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

/** Of one that is too high smp-maxcpus-less-than-cpus speaks. */
function atStart(vcpu: XmlElement): Refusal | undefined {
  if (numberIn(word(vcpu, 'current')) !== 0) return undefined;
  return {
    fact: 'A guest begins with one vCPU at least',
    words: "vcpu 0 can't be offline",
    element: vcpu,
    attribute: 'current',
    fixes: [removeAttribute(vcpu, 'current')],
  };
}

function oneByOne(_: XmlElement, count: number, { domain }: LibvirtContext): Refusal | undefined {
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
