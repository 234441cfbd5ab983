import type { Host } from '../host/host.ts';
import { describeCpus } from './hoverHostCpus.ts';
import { describeDevice } from './hoverHostDevice.ts';
import { describeNodes } from './hoverHostNodes.ts';
import type { HostPart } from './hoverHostPlaces.ts';

/** Facts of the profile about a part of the host, in Markdown. What the profile does not tell is left out. */
export function describeHostPart(part: HostPart, host: Host): string {
  switch (part.kind) {
    case 'device':
      return describeDevice(part.address, host);
    case 'cpus':
      return describeCpus(part.set, host);
    case 'nodes':
      return describeNodes(part.set, host);
  }
}
