import type { CpuFeature, Processor } from '../../../guest/processor.ts';
import { absent, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { child, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { mayGainChildren } from '../templates.ts';
import type { Reader } from '../values.ts';
import type { Sources } from './sources.ts';

/** What libvirt makes of the type of a domain (src/qemu/qemu_command.c: qemuBuildAccelCommandLine). */
const ACCELERATORS: Readonly<Record<string, readonly string[]>> = {
  kvm: ['kvm'],
  qemu: ['tcg'],
  hvf: ['hvf'],
};

const MODES: Readonly<Record<string, string>> = { 'host-passthrough': 'host', maximum: 'max' };

const POLICIES: Readonly<Record<string, boolean>> = {
  force: true,
  require: true,
  disable: false,
  forbid: false,
};

/** The type of the domain, and the first `<cpu>`. */
export function lowerProcessor(reader: Reader, domain: XmlElement, sources: Sources): Processor {
  const cpu = child(domain, 'cpu');
  const features: CpuFeature[] = [];
  for (const element of cpu ? children(cpu, 'feature') : []) {
    const feature = featureOf(reader, element, sources);
    if (feature) features.push(feature);
  }
  const open = mayGainChildren(cpu ?? domain) ? [reader.label(cpu ?? domain)] : [];
  return {
    accelerators: mapValue(reader.attribute(domain, 'type', domain), (type) => ACCELERATORS[type]),
    model: modelOf(reader, domain, cpu),
    features: { items: features, openedBy: open },
  };
}

/** host-model becomes whatever the host has, under a name that the document does not tell. */
function modelOf(reader: Reader, domain: XmlElement, cpu: XmlElement | undefined): Value<string> {
  if (!cpu)
    return mayGainChildren(domain)
      ? unknown('placeholder', reader.label(domain))
      : absent(reader.label(domain));
  const mode = reader.attribute(cpu, 'mode', cpu);
  if (mode.state !== 'absent' && !(mode.state === 'known' && mode.value === 'custom')) {
    return mapValue(mode, (text) => MODES[text]);
  }
  return reader.childText(cpu, 'model', cpu);
}

function featureOf(reader: Reader, element: XmlElement, sources: Sources): CpuFeature | undefined {
  const name = reader.attribute(element, 'name', element);
  if (name.state !== 'known') return undefined;
  const feature: CpuFeature = {
    kind: 'cpu-feature',
    name: name.value,
    // Without a policy it is required (src/conf/cpu_conf.c: virCPUDefParseXML).
    on: mapValue(
      defaultTo(reader.attribute(element, 'policy', element), 'require'),
      (text) => POLICIES[text],
    ),
    span: reader.span(element),
    label: name.span,
  };
  sources.set(feature, element);
  return feature;
}

const defaultTo = (value: Value<string>, byDefault: string): Value<string> =>
  value.state === 'absent' ? absent(value.owner, byDefault) : value;
