import { LEVELS, type Level, type Topology } from '../../../guest/topology.ts';
import { absent, known, unknown, type Value } from '../../../guest/value.ts';
import { attribute, child, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Span } from '../../../text/span.ts';
import { mayGainChildren } from '../templates.ts';
import { type Reader, readDecimal } from '../values.ts';
import type { Sources } from './sources.ts';

/** `<vcpu>` and `<topology>`; the source of the facet is the `<topology>`. */
export function lowerTopology(reader: Reader, domain: XmlElement, sources: Sources): Topology {
  const cpu = child(domain, 'cpu');
  const topology = cpu && child(cpu, 'topology');
  const owner = cpu ?? domain;
  const isOpen = !topology && mayGainChildren(owner);
  const read = (level: Level): Value<number> => {
    if (topology) return readDecimal(reader.attribute(topology, level, topology));
    const label = reader.label(owner);
    return isOpen ? unknown('placeholder', label) : absent(label);
  };
  const { vcpus, maxVcpus } = readVcpus(reader, domain);
  const facet: Topology = {
    drawers: read('drawers'),
    books: read('books'),
    sockets: read('sockets'),
    dies: read('dies'),
    clusters: read('clusters'),
    modules: read('modules'),
    cores: read('cores'),
    threads: read('threads'),
    vcpus,
    maxVcpus,
    labels: topology ? labelsOf(reader, topology) : {},
  };
  if (topology) sources.set(facet, topology);
  return facet;
}

function labelsOf(reader: Reader, topology: XmlElement): Topology['labels'] {
  const labels: Partial<Record<Level, Span>> = {};
  for (const level of LEVELS) {
    const found = attribute(topology, level);
    if (found) labels[level] = reader.span(found.name);
  }
  return labels;
}

/** Without `<vcpu>` a domain has one (src/conf/domain_conf.c: virDomainVcpuParse). */
function readVcpus(reader: Reader, domain: XmlElement): Pick<Topology, 'vcpus' | 'maxVcpus'> {
  const vcpu = child(domain, 'vcpu');
  const label = reader.label(domain);
  const none: Value<number> = mayGainChildren(domain) ? unknown('placeholder', label) : absent(label, 1);
  const maxVcpus = vcpu ? readDecimal(reader.text(vcpu, domain)) : none;
  const current =
    enabledOnes(reader, domain) ?? (vcpu && readDecimal(reader.attribute(vcpu, 'current', vcpu)));
  return { vcpus: current === undefined || current.state === 'absent' ? maxVcpus : current, maxVcpus };
}

/** A list of single vCPUs outranks current=; undefined where there is none. */
function enabledOnes(reader: Reader, domain: XmlElement): Value<number> | undefined {
  const list = child(domain, 'vcpus');
  const vcpus = list ? children(list, 'vcpu') : [];
  if (!list || vcpus.length === 0) return undefined;
  const answers = vcpus.map((vcpu) => attribute(vcpu, 'enabled')?.value?.text);
  if (mayGainChildren(list) || answers.some((answer) => answer !== 'yes' && answer !== 'no'))
    return unknown('placeholder', reader.label(list));
  return known(answers.filter((answer) => answer === 'yes').length, reader.label(list));
}
