import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { lacks, type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'vcpu-list-unfit',
  reads: 'libvirt',
  concerns: ['vcpus'],
  topic: 'structure',
  severity: 'error',
  summary: 'The list of vCPUs leaves out the one that the guest begins with, or lets it be unplugged.',
  sources: [
    {
      title: "libvirt: vcpu0 can't be hotpluggable",
      ref: 'src/qemu/qemu_domain.c: qemuDomainValidateVcpuInfo; src/conf/domain_validate.c: virDomainDefValidateVcpus',
    },
  ],
  since: '0.1.0',
  check(context) {
    const list = child(context.domain, 'vcpus');
    if (!list || mayGainChildren(list)) return;
    const vcpus = children(list, 'vcpu');
    // libvirt's parser, by which templates are kept and passed on, takes a list without vCPU 0; its driver for QEMU does not.
    const off = offline(vcpus);
    if (off) tellRefusal(context, off, { severity: 'warning' });
    for (const of of [hotpluggable, late, never]) {
      const refusal = of(vcpus);
      if (refusal) tellRefusal(context, refusal);
    }
  },
});

const numberOf = (vcpu: XmlElement, name: string): number | undefined =>
  parseLibvirtNumber(word(vcpu, name) ?? '');

/** Of several with one number the last counts. */
const isFirst = (vcpu: XmlElement): boolean => numberOf(vcpu, 'id') === 0;

/** A vCPU that is not in the list is off, as soon as there is a list. */
function offline(vcpus: readonly XmlElement[]): Refusal | undefined {
  const first = vcpus.findLast(isFirst);
  const [any] = vcpus;
  const words = "vcpu 0 can't be offline";
  if (first) {
    if (word(first, 'enabled') !== 'no') return undefined;
    return {
      fact: 'A guest begins with vCPU 0, which is off',
      words,
      element: first,
      attribute: 'enabled',
      fixes: [writeAttribute(first, 'enabled', 'yes')],
    };
  }
  if (!any?.parent || vcpus.some((vcpu) => numberOf(vcpu, 'id') === undefined)) return undefined;
  return {
    fact: 'A guest begins with vCPU 0, and the list of vCPUs does not have it',
    words,
    element: any.parent,
    fixes: [removeElement(any.parent)],
  };
}

function hotpluggable(vcpus: readonly XmlElement[]): Refusal | undefined {
  const first = vcpus.findLast(isFirst);
  if (!first || word(first, 'enabled') !== 'yes' || word(first, 'hotpluggable') !== 'yes') return undefined;
  return {
    fact: 'vCPU 0 is there from the beginning to the end',
    words: "vcpu0 can't be hotpluggable",
    element: first,
    attribute: 'hotpluggable',
    fixes: [writeAttribute(first, 'hotpluggable', 'no')],
  };
}

function late(vcpus: readonly XmlElement[]): Refusal | undefined {
  const first = vcpus.findLast(isFirst);
  const order = first && numberOf(first, 'order');
  if (!first || order === undefined || word(first, 'enabled') !== 'yes') return undefined;
  const before = vcpus.find(
    (vcpu) =>
      vcpu !== first &&
      word(vcpu, 'enabled') === 'yes' &&
      !lacks(vcpu, 'order') &&
      // An order of 0 is none.
      (numberOf(vcpu, 'order') || order) < order,
  );
  if (!before) return undefined;
  return {
    fact: 'vCPU 0 is plugged in first, and another has its turn before',
    words: 'vcpu0 must be enabled first',
    element: first,
    attribute: 'order',
    beside: { element: before, message: 'This one is plugged in before.' },
  };
}

/** One that is off is only there to be plugged in. */
function never(vcpus: readonly XmlElement[]): Refusal | undefined {
  const useless = vcpus.find(
    (vcpu) => !isFirst(vcpu) && word(vcpu, 'enabled') === 'no' && word(vcpu, 'hotpluggable') === 'no',
  );
  const id = useless && numberOf(useless, 'id');
  if (!useless || id === undefined) return undefined;
  return {
    fact: `vCPU ${id} is off, and cannot be plugged in`,
    words: `vcpu '${id}' is both offline and not hotpluggable`,
    element: useless,
    attribute: 'hotpluggable',
    fixes: [writeAttribute(useless, 'hotpluggable', 'yes')],
  };
}
