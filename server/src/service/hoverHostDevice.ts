import { capturedOn } from '../host/age.ts';
import type { Host, HostDevice } from '../host/host.ts';
import { className } from '../host/pciClass.ts';
import { nameHostNodes } from '../placement/wording.ts';
import { bulleted, code, listed } from './hoverText.ts';

/** Which device of the host an address stands for: its name, its node, its IOMMU group and its driver, in Markdown. */
export function describeDevice(address: string, host: Host): string {
  const device = host.device(address);
  const title = `On the host: ${code(address)}`;
  if (!device) {
    return host.profile.pci
      ? `${title} is not among the devices of its profile.`
      : `${title}. The profile of the host tells nothing of its devices.`;
  }
  const { facts } = device;
  const drivers = host.profile.volatile?.drivers;
  const driver = drivers?.[address];
  return bulleted(`${title}, ${nameOf(device)}`, [
    nodesOf(device),
    groupOf(device, host),
    facts.link && `Link: at most ${facts.link.gigatransfers} GT/s on ${facts.link.width} lanes`,
    facts.physicalFunction && `Virtual function of ${code(facts.physicalFunction)}`,
    facts.virtualFunctions ? `Can have ${facts.virtualFunctions} virtual functions` : undefined,
    facts.bootVga ? 'Display of the firmware' : undefined,
    driver === undefined
      ? undefined
      : `${driver === null ? 'Without a driver' : `Driver ${code(driver)}`} ${capturedOn(host)}`,
  ]);
}

/** `NVIDIA Corporation GH100 (3D controller)`; without a name, what it is and its numbers. */
function nameOf({ facts: { name, class: kind, vendor, device } }: HostDevice): string {
  if (name !== undefined) return `${name} (${className(kind)})`;
  return vendor === undefined ? className(kind) : `${className(kind)} ${vendor}:${device ?? '?'}`;
}

function nodesOf({ nodes, facts }: HostDevice): string {
  if (!nodes) return 'Host node: unknown, the profile names none';
  const owner = facts.nodes === undefined ? facts.physicalFunction : undefined;
  return `${capital(nameHostNodes(nodes))}${owner === undefined ? '' : ', where its physical function is'}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function groupOf({ address, facts: { iommuGroup } }: HostDevice, host: Host): string | undefined {
  if (iommuGroup === undefined) return undefined;
  if (iommuGroup === null) return 'In no IOMMU group';
  const others = host.iommuGroup(iommuGroup).filter((other) => other.address !== address);
  if (others.length === 0) return `IOMMU group ${iommuGroup}, alone`;
  const names = others.map((other) => `${code(other.address)} (${className(other.facts.class)})`);
  return `IOMMU group ${iommuGroup}, together with ${listed(names)}`;
}
