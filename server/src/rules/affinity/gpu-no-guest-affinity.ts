import type { Guest } from '../../guest/guest.ts';
import type { Device } from '../../guest/pci.ts';
import { affinityOf, devicesOn, nodesWithCpus } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { groupNumber, placementOf } from '../../placement/placement.ts';
import { groupNear } from '../../placement/verdict.ts';
import { defineRule, type Fix } from '../define.ts';
import { placementFixes } from './placement.ts';

export default defineRule({
  name: 'gpu-no-guest-affinity',
  reads: 'guest',
  topic: 'affinity',
  severity: 'warning',
  explains: ['endpoint-on-pcie0'],
  summary: 'A GPU or passed-through device belongs to no guest node, although the guest has several.',
  sources: [
    { title: 'QEMU: PCI Express guidelines, root buses for NUMA', ref: 'docs/pcie.txt, section 2.1' },
    {
      title: 'QEMU: numa_node of an expander',
      ref: 'hw/pci-bridge/pci_expander_bridge.c: pxb_dev_realize_common',
    },
    { title: 'libvirt: <target><node> of an expander bus', ref: 'formatdomain: controllers' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const nodes = nodesWithCpus(guest);
    if (!nodes || nodes.length < 2) return;
    for (const device of guest.pci.devices.items) {
      if (device.role !== 'passthrough' && device.role !== 'display') continue;
      if (affinityOf(device) !== 'none' || isFurtherFunction(guest, device)) continue;
      const passthrough = device.role === 'passthrough';
      const name = passthrough ? 'This passed-through device' : (effective(device.driver) ?? 'This display');
      const blind = passthrough
        ? 'drivers, CUDA and NCCL cannot tell which vCPUs and memory are near it'
        : 'its interrupts and the buffers of its driver are placed blindly. The device has no memory of its own on the host';
      report({
        message:
          `${name} belongs to none of the ${nodes.length} guest nodes: the guest reads numa_node = -1, ` +
          `and ${blind}.`,
        at: device.label,
        about: device,
        ...(passthrough ? {} : { severity: 'information' }),
        fixes: fixesFor(guest, host, device),
      });
    }
  },
});

/** Where the host tells which guest node the device is near, no other one is worth a choice. */
function fixesFor(guest: Guest, host: Host | undefined, device: Device): Fix[] {
  const near = host && guestNodeNear(guest, host, device);
  const fixes = placementFixes(guest, device, near);
  return near === undefined ? fixes : fixes.slice(0, 1);
}

/** The guest node whose memory is where the device is. */
function guestNodeNear(guest: Guest, host: Host, device: Device): number | undefined {
  const placement = placementOf(guest, host);
  const nodes = placement.devices.find((each) => each.device === device)?.nodes;
  const near = nodes && groupNear(nodes, placement);
  return near && groupNumber(near);
}

/** The audio of a GPU, say: it goes where function 0 of its slot goes, and is spoken of there. */
function isFurtherFunction(guest: Guest, device: Device): boolean {
  const { place, bus } = device;
  if (!isKnown(place) || place.value.fn === 0 || bus.target.state !== 'found') return false;
  return devicesOn(guest, bus.target.item).some(
    (other) =>
      other.role === device.role &&
      effective(other.bus.id) === effective(bus.id) &&
      isKnown(other.place) &&
      other.place.value.slot === place.value.slot &&
      other.place.value.fn === 0,
  );
}
