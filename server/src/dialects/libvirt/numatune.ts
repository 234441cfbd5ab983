import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { mayGainChildren } from './templates.ts';
import { isPlaceholder } from './values.ts';

/** Who chooses the host nodes of the memory: the XML, numad, or nobody. */
export type Placement = 'static' | 'auto' | 'none' | 'unknown';

export interface Numatune {
  readonly element: XmlElement | undefined;
  /** `<memory>`, for all that no `<memnode>` speaks of. */
  readonly memory: XmlElement | undefined;
  readonly memnodes: readonly XmlElement[];
  readonly placement: Placement;
}

export function numatuneOf(domain: XmlElement): Numatune {
  const element = child(domain, 'numatune');
  const memory = element && child(element, 'memory');
  return {
    element,
    memory,
    memnodes: element ? children(element, 'memnode') : [],
    placement: placementOf(domain, element, memory),
  };
}

/** As src/conf/numa_conf.c decides: virDomainNumatuneParseXML, virDomainNumatuneSet. */
function placementOf(
  domain: XmlElement,
  numatune: XmlElement | undefined,
  memory: XmlElement | undefined,
): Placement {
  if (!memory) {
    if (mayGainChildren(numatune ?? domain)) return 'unknown';
    return vcpuPlacement(domain) === 'static' ? 'none' : vcpuPlacement(domain);
  }
  const written = attribute(memory, 'placement');
  const nodeset = attribute(memory, 'nodeset');
  if (!written && !nodeset && !attribute(memory, 'mode')) return 'none';
  const placement = written ? (written.value?.text ?? '') : 'default';
  if (placement === 'static' || placement === 'auto') return placement;
  if (placement !== 'default') return 'unknown';
  return nodeset ? 'static' : vcpuPlacement(domain);
}

function vcpuPlacement(domain: XmlElement): 'static' | 'auto' | 'unknown' {
  const vcpu = child(domain, 'vcpu');
  if (!vcpu) return mayGainChildren(domain) ? 'unknown' : 'static';
  const text = attribute(vcpu, 'placement')?.value?.text ?? 'static';
  return text === 'auto' ? 'auto' : isPlaceholder(text) ? 'unknown' : 'static';
}
