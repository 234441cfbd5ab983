import type { Change } from '../../dialects/change.ts';
import { effective } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import type { Fix, LibvirtContext } from '../define.ts';
import { spellSize } from './memoryDevices.ts';

/** Makes one cell with all that the guest starts with, in a domain that has none. */
export function singleCell({ domain, guest }: LibvirtContext, cpu: XmlElement | undefined): Fix[] {
  const vcpus = effective(guest.topology.maxVcpus);
  const size = effective(guest.memory.size);
  const plugged = effective(guest.memory.inDevices);
  if (vcpus === undefined || size === undefined || plugged === undefined || vcpus < 1) return [];
  const { unit, text } = spellSize(size > plugged ? size - plugged : size);
  const cpus = vcpus === 1 ? '0' : `0-${vcpus - 1}`;
  const numa = {
    name: 'numa',
    children: [{ name: 'cell', attributes: { id: '0', cpus, memory: text, unit } }],
  };
  const os = child(domain, 'os');
  const change: Change = cpu
    ? { op: 'add-element', parent: cpu, template: numa }
    : {
        op: 'add-element',
        parent: domain,
        template: { name: 'cpu', children: [numa] },
        ...(os ? { after: os } : {}),
      };
  return [
    { title: 'Put all vCPUs and memory into one guest node', applicability: 'suggestion', changes: [change] },
  ];
}
