import type { Device, PciBus } from '../../guest/pci.ts';
import { isGpuClass } from '../../host/pciClass.ts';
import { defineRule } from '../define.ts';
import { type Passed, passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'pcie-switch-structure-lost',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'hint',
  summary: 'A GPU and a network card share a PCI Express switch of the host, and the guest does not see it.',
  sources: [
    { title: 'NCCL: topology in virtual machines', ref: 'NVIDIA/nccl issues 1464, 1674 and 1843' },
    { title: 'QEMU: PCI Express switches', ref: 'docs/pcie.txt: x3130-upstream, xio3130-downstream' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const passed = passedDevices(guest, host);
    const ofClass = (fits: (code: string) => boolean): Passed[] =>
      passed.filter(({ onHost }) => onHost && fits(onHost.facts.class));
    for (const card of ofClass((code) => code.startsWith('02'))) {
      const near = ofClass(isGpuClass).find((gpu) => shareSwitch(gpu, card));
      const apart = near && areApart(near.device, card.device);
      if (!near || !apart) continue;
      report({
        message:
          `GPU ${near.name} and the network card ${card.name} share a PCI Express switch of the host, through which data can go ` +
          'from one to the other. The guest sees them on ports of their own, and what looks for such a way, such as NCCL, ' +
          'finds none.',
        at: card.at,
        about: [near.device, card.device],
        related: [{ span: near.at, message: 'The GPU is here.' }],
      });
    }
  },
});

/** The root, its port and the upstream port of the switch: from there on, what is common is a switch. */
const SWITCH_DEPTH = 3;

function shareSwitch({ onHost: one }: Passed, { onHost: other }: Passed): boolean {
  const [a, b] = [one?.facts.path, other?.facts.path];
  if (!a || !b) return false;
  const common = a.findIndex((step, i) => step !== b[i]);
  return (common < 0 ? Math.min(a.length, b.length) : common) >= SWITCH_DEPTH;
}

/** True where two devices certainly have no bridge in common below the root; undefined where it is not known. */
function areApart(one: Device, other: Device): boolean | undefined {
  const [a, b] = [bridgesAbove(one), bridgesAbove(other)];
  return a && b && !a.some((bus) => b.includes(bus));
}

function bridgesAbove(device: Device): PciBus[] | undefined {
  const above: PciBus[] = [];
  let at = device.bus;
  while (above.length < 64) {
    if (at.target.state !== 'found') return undefined;
    const bus = at.target.item;
    if (bus.role === 'root' || bus.role === 'expander') return above;
    above.push(bus);
    at = bus.parent;
  }
  return undefined;
}
