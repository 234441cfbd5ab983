import type { Analysis } from './analyze.ts';
import { describeHostPart } from './hoverHostFacts.ts';
import { hostPlaceAt } from './hoverHostPlaces.ts';
import type { Hover } from './hoverText.ts';

/** What the profile of the host tells of the device, the CPUs or the nodes that are named at an offset. */
export function hoverHost({ document, settings: { host } }: Analysis, offset: number): Hover | undefined {
  const place = host && hostPlaceAt(document, offset);
  if (!place) return undefined;
  const { range, parts } = place;
  return { range, markdown: parts.map((part) => describeHostPart(part, host)).join('\n\n') };
}
