import { isBridgeClass } from '../../host/pciClass.ts';
import { defineRule } from '../define.ts';
import {
  describe,
  driverInWay,
  handOverFix,
  isFree,
  knowsAllPassed,
  type Passed,
  passedDevices,
} from './hostDevices.ts';

export default defineRule({
  name: 'iommu-group-incomplete',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'warning',
  summary: 'A device is handed to the guest, and others of its IOMMU group stay with drivers of the host.',
  explains: ['gpu-functions-split'],
  sources: [
    {
      title: 'Linux: groups and VFIO',
      ref: 'Documentation/driver-api/vfio.rst: Groups, Devices, and IOMMUs',
    },
    { title: 'QEMU: group is not viable', ref: 'hw/vfio/container.c: vfio_get_group' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const passed = passedDevices(guest, host);
    if (!knowsAllPassed(guest)) return;
    const groups = new Map<number, Passed[]>();
    for (const each of passed) {
      const group = each.onHost?.facts.iommuGroup;
      if (typeof group === 'number') groups.set(group, [...(groups.get(group) ?? []), each]);
    }
    for (const [group, own] of groups) {
      const left = host
        .iommuGroup(group)
        .filter(({ facts }) => !isBridgeClass(facts.class))
        .filter((device) => !own.some(({ name }) => name === device.address) && !isFree(device, host));
      const [first] = left;
      if (!first) continue;
      const bound = driverInWay(first, host);
      const names = left.map(describe).join(', ');
      const condition = bound
        ? `${first.address} had the driver ${bound.driver} ${bound.day}, and while a driver of the host has any of them`
        : `Unless ${left.length === 1 ? 'it is' : 'they are'} bound to vfio-pci, or to nothing`;
      const guestStops = guest.dialect === 'qemu' ? 'QEMU stops with' : 'the guest does not start:';
      report({
        message:
          `${own[0]!.name} shares IOMMU group ${group} with ${names}, which ${left.length === 1 ? 'is' : 'are'} not handed over. ` +
          `${condition}, ${guestStops} "group ${group} is not viable".`,
        at: own[0]!.at,
        about: own.map(({ device }) => device),
        fixes: handOverFix(
          left.length === 1 ? `Hand over ${describe(first)}, too` : `Hand over all of IOMMU group ${group}`,
          own[0]!,
          left,
        ),
      });
    }
  },
});
