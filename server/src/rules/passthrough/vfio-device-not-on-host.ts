import type { Host, HostDevice } from '../../host/host.ts';
import { isBridgeClass, isGpuClass } from '../../host/pciClass.ts';
import { defineRule } from '../define.ts';
import { describe, passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'vfio-device-not-on-host',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'error',
  summary: 'The host has no device at the address of one that is to be handed to the guest.',
  sources: [{ title: 'QEMU: no such host device', ref: 'hw/vfio/pci.c: vfio_realize' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const { pci, sources = [] } = host.profile;
    if (!pci) return;
    const passed = passedDevices(guest, host);
    // Only the kernel's own list has everything; what was written by hand may leave out what seemed of no interest.
    const whole = sources.includes('sysfs');
    for (const { device, at, name, onHost } of passed) {
      if (onHost) continue;
      const free = candidates(host).filter(({ address }) => !passed.some((other) => other.name === address));
      const words =
        guest.dialect === 'qemu'
          ? `QEMU stops with "vfio ${name}: no such host device"`
          : 'libvirt does not start the guest';
      const fact = whole
        ? `The host has no device ${name}:`
        : `The profile of this host has no device ${name}. If there is none,`;
      report({
        severity: whole ? 'error' : 'warning',
        message: `${fact} ${words}. Addresses change when a card is put in or taken out.`,
        at,
        about: device,
        fixes: free.slice(0, MOST_FIXES).map((other) => ({
          title: `Take ${describe(other)}`,
          applicability: 'suggestion',
          changes: [{ op: 'set', entity: device, field: 'host', to: other.address }],
        })),
      });
    }
  },
});

/** More than these are no help in choosing. */
const MOST_FIXES = 4;

/** What people hand to guests, GPUs first. */
const candidates = ({ devices }: Host): HostDevice[] =>
  devices
    .filter(({ facts }) => !isBridgeClass(facts.class) && /^(01|02|03|0b|12)/.test(facts.class))
    .sort((a, b) => Number(isGpuClass(b.facts.class)) - Number(isGpuClass(a.facts.class)));
