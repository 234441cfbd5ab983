import { effective } from '../../guest/value.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { emptyListRefusal, placeOfAttribute } from './attributes.ts';

const PINS = ['vcpupin', 'emulatorpin', 'iothreadpin'] as const;

export default defineRule({
  name: 'vcpupin-empty-cpuset',
  reads: 'libvirt',
  concerns: ['cputune', 'cpuset'],
  topic: 'pinning',
  severity: 'error',
  summary: 'A pin names no host CPU.',
  sources: [
    {
      title: 'libvirt: missing cpuset for vcpupin',
      ref: 'src/conf/domain_conf.c: virDomainVcpuPinDefParseXML, virDomainEmulatorPinDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const cputunes = children(context.domain, 'cputune');
    for (const name of PINS) {
      for (const cputune of cputunes) for (const pin of children(cputune, name)) checkPin(context, pin);
    }
    const vcpu = child(context.domain, 'vcpu');
    if (vcpu) checkVcpu(context, vcpu);
  },
});

function checkPin(context: LibvirtContext, pin: XmlElement): void {
  const name = pin.name.text;
  const refusal = attribute(pin, 'cpuset') ? emptyListRefusal(pin, 'cpuset') : `missing cpuset for ${name}`;
  if (refusal === undefined || isDropped(context, pin)) return;
  context.report({
    message: `<${name}> names no host CPU: libvirt refuses the domain with "${refusal}".`,
    at: placeOfAttribute(context.guest.label.uri, pin, 'cpuset'),
    about: pin,
    fixes: [
      {
        title: 'Remove the pin',
        applicability: 'suggestion',
        changes: [{ op: 'remove-element', element: pin }],
      },
    ],
  });
}

/** libvirt does not look at the CPUs of a vCPU that is not there. */
function isDropped({ guest }: LibvirtContext, pin: XmlElement): boolean {
  if (pin.name.text !== 'vcpupin') return false;
  const vcpu = Number(attribute(pin, 'vcpu')?.value?.text ?? '');
  const count = effective(guest.topology.maxVcpus);
  return count === undefined || vcpu >= count;
}

function checkVcpu({ guest, report }: LibvirtContext, vcpu: XmlElement): void {
  const refusal = emptyListRefusal(vcpu, 'cpuset');
  const placement = attribute(vcpu, 'placement')?.value?.text;
  if (refusal === undefined || (placement !== undefined && placement !== 'static')) return;
  report({
    message: `cpuset= names no host CPU: libvirt refuses the domain with "${refusal}".`,
    at: placeOfAttribute(guest.label.uri, vcpu, 'cpuset'),
    about: vcpu,
    fixes: [
      {
        title: 'Let the vCPUs run on any host CPU: remove cpuset=',
        applicability: 'suggestion',
        changes: [{ op: 'remove-attribute', element: vcpu, name: 'cpuset' }],
      },
    ],
  });
}
