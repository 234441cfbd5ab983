import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isX86 } from '../../guest/machine.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child, children, isClosed, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  content,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

/** Properties that only processors of x86 have a name for. */
const OF_X86 =
  /^(vmx|svm|sse.*|ssse3|avx.*|topoext|invtsc|hypervisor|pcid|invpcid|x2apic|tsc-deadline|md-clear|spec-ctrl|mmx|apic|pae|nx|lm)$/;

export default defineRule({
  name: 'cpu-setting-unfit',
  reads: 'libvirt',
  concerns: ['cache', 'feature', 'maxphysaddr', 'migratable', 'threads'],
  topic: 'structure',
  severity: 'error',
  summary:
    'The vCPUs of a guest have a setting that their mode, their number or their architecture does not take.',
  sources: [
    {
      title: "libvirt: CPU cache mode '…' can only be used with …",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefCpu',
    },
    {
      title: 'libvirt: vCPUs count must be a multiple of the vCPU hotplug granularity',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainVCpuTopology',
    },
  ],
  since: '0.1.0',
  check(context) {
    const cpu = child(context.domain, 'cpu');
    if (!cpu) return;
    for (const of of [cache, migratable, width, nameless, granularity]) {
      const refusal = of(cpu, context);
      if (refusal) tellRefusal(context, refusal);
    }
    const features = children(cpu, 'feature');
    if (features.length === 0) return;
    for (const refusal of twice(features)) tellRefusal(context, refusal);
    for (const refusal of foreign(features, context)) tellRefusal(context, refusal);
  },
});

/** That of a processor which says none is custom; undefined where a template writes it. */
const modeOf = (cpu: XmlElement): string | undefined =>
  word(cpu, 'mode') ?? (attribute(cpu, 'mode') ? undefined : 'custom');

/** Modes that hand over the processor of the host as it is. */
const WHOLE = new Set(['host-passthrough', 'maximum']);

function cache(cpu: XmlElement): Refusal | undefined {
  const found = child(cpu, 'cache');
  const of = found && modeOf(cpu);
  if (!found || of === undefined) return undefined;
  const mode = word(found, 'mode');
  const level = attribute(found, 'level');
  if (mode === 'passthrough' && !WHOLE.has(of)) {
    return {
      fact: `The caches of the host can be shown with the whole processor, and the mode is ${of}`,
      words: "CPU cache mode 'passthrough' can only be used with 'host-passthrough' / 'maximum' CPUs",
      element: found,
      attribute: 'mode',
      fixes: [removeElement(found)],
    };
  }
  if (mode === 'passthrough' && level) {
    return {
      fact: 'The caches of the host are shown all or none, and level= names one',
      words: "unsupported CPU cache level for mode 'passthrough'",
      element: found,
      attribute: 'level',
      fixes: [removeAttribute(found, 'level')],
    };
  }
  if (mode === 'disable' && word(found, 'level') !== undefined) {
    return {
      fact: 'The caches are hidden all or none, and level= names one',
      words: "unsupported CPU cache level for mode 'disable'",
      element: found,
      attribute: 'level',
      fixes: [removeAttribute(found, 'level')],
    };
  }
  if (
    mode === 'emulate' &&
    (level ? word(found, 'level') !== '3' && word(found, 'level') !== undefined : true)
  ) {
    return {
      fact: 'QEMU makes up a cache of the third level, and no other',
      words: "CPU cache mode 'emulate' can only be used with level='3'",
      element: found,
      attribute: level ? 'level' : 'mode',
      fixes: [writeAttribute(found, 'level', '3')],
    };
  }
  return undefined;
}

function migratable(cpu: XmlElement): Refusal | undefined {
  const of = word(cpu, 'migratable') === undefined ? undefined : modeOf(cpu);
  if (of === undefined || WHOLE.has(of)) return undefined;
  return {
    fact: `What keeps a guest from being migrated is left out of the processor of the host, and the mode is ${of}`,
    words: "Attribute migratable is only allowed for 'host-passthrough' / 'maximum' CPU mode",
    element: cpu,
    attribute: 'migratable',
    fixes: [removeAttribute(cpu, 'migratable')],
  };
}

/** That of the addresses. */
function width(cpu: XmlElement): Refusal | undefined {
  const found = child(cpu, 'maxphysaddr');
  if (!found || word(found, 'mode') !== 'passthrough' || word(found, 'bits') === undefined) return undefined;
  return {
    fact: 'The addresses are as wide as those of the host, and bits= says another width',
    words: "CPU maximum physical address bits number specification cannot be used with mode='passthrough'",
    element: found,
    attribute: 'bits',
    fixes: [removeAttribute(found, 'bits'), writeAttribute(found, 'mode', 'emulate')],
  };
}

/** What a processor has beside its model, it has to have a model for. */
function nameless(cpu: XmlElement, { guest }: LibvirtContext): Refusal | undefined {
  const feature = child(cpu, 'feature');
  if (!feature || modeOf(cpu) !== 'custom') return undefined;
  const model = child(cpu, 'model');
  if (mayGainChildren(model ?? cpu) || !isX86(guest.machine)) return undefined;
  if (model && (textOf(model).text !== '' || !isClosed(model))) return undefined;
  return {
    fact: `Properties are said here, and ${model ? '<model> names none' : 'no model'} that they belong to`,
    words: 'Non-empty feature list specified without CPU model',
    element: feature,
  };
}

function* twice(all: readonly XmlElement[]): Generator<Refusal> {
  const first = new Map<string, XmlElement>();
  for (const feature of all) {
    const name = word(feature, 'name');
    const earlier = name === undefined ? undefined : first.get(name);
    if (name === undefined) continue;
    if (!earlier) {
      first.set(name, feature);
      continue;
    }
    yield {
      fact: `What becomes of ${name} is said twice`,
      words: `CPU feature '${name}' specified more than once`,
      element: feature,
      attribute: 'name',
      fixes: [removeElement(feature)],
      beside: { element: earlier, message: 'The first one.' },
    };
  }
}

/** Features of another architecture. */
function* foreign(all: readonly XmlElement[], { guest }: LibvirtContext): Generator<Refusal> {
  const arch = effective(guest.machine.arch);
  if (arch === undefined || !/^(aarch64|ppc64|ppc64le|s390x)$/.test(arch)) return;
  for (const feature of all) {
    const name = word(feature, 'name');
    if (name === undefined || !OF_X86.test(name)) continue;
    yield {
      fact: `${name} is a property of x86, and the guest is ${arch}`,
      words: `unknown CPU feature: ${name}`,
      element: feature,
      attribute: 'name',
      fixes: [removeElement(feature)],
    };
  }
}

/** POWER adds and removes whole cores. */
function granularity(cpu: XmlElement, { domain, guest }: LibvirtContext): Refusal | undefined {
  if (!effective(guest.machine.type)?.name.startsWith('pseries')) return undefined;
  const vcpu = child(domain, 'vcpu');
  const threads = Number(word(child(cpu, 'topology'), 'threads') ?? 1);
  if (!vcpu || !(threads > 1)) return undefined;
  const current = Number(word(vcpu, 'current') ?? content(vcpu));
  if (!Number.isInteger(current) || current % threads === 0) return undefined;
  return {
    fact: `A core has ${threads} threads, and ${current} vCPUs are no whole number of cores`,
    words: `vCPUs count must be a multiple of the vCPU hotplug granularity (${threads})`,
    element: vcpu,
    ...(attribute(vcpu, 'current') ? { attribute: 'current' } : {}),
    fixes: attribute(vcpu, 'current')
      ? [writeAttribute(vcpu, 'current', String(Math.max(1, Math.floor(current / threads)) * threads))]
      : [],
  };
}
