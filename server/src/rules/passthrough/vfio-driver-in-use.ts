import { defineRule } from '../define.ts';
import { driverInWay, passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'vfio-driver-in-use',
  reads: 'guest',
  only: 'qemu',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'information',
  summary: 'A driver of the host had the device that is handed to the guest.',
  sources: [
    {
      title: 'QEMU: is not bound to a vfio driver',
      ref: 'Documentation/driver-api/vfio.rst: VFIO Usage Example',
    },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    for (const { device, at, name, onHost } of passedDevices(guest, host)) {
      const bound = onHost && driverInWay(onHost, host);
      if (!bound) continue;
      report({
        message:
          `Device ${name} had the driver ${bound.driver} ${bound.day}: unless something binds it to vfio-pci before, QEMU ` +
          'does not start.',
        at,
        about: device,
      });
    }
  },
});
