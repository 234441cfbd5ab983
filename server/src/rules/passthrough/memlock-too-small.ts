import { ramSize } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { capturedOn } from '../../host/age.ts';
import { formatBytes, KiB } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';

/** What starts QEMU as somebody else, to whom other limits or none apply. */
const CHANGES_USER: ReadonlySet<string> = new Set(['sudo', 'doas', 'systemd-run']);

export default defineRule({
  name: 'memlock-too-small',
  reads: 'qemu',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'information',
  summary: 'The memory of a guest with a passed-through device is larger than what its user may lock.',
  sources: [
    { title: 'Linux: RLIMIT_MEMLOCK', ref: 'drivers/vfio/vfio_iommu_type1.c: vfio_pin_pages_remote' },
  ],
  since: '0.1.0',
  check({ guest, host, line, report }) {
    const limit = host.profile.volatile?.lockLimitKiB;
    const passed = guest.pci.devices.items.find(
      ({ role, hostAddress }) => role === 'passthrough' && isKnown(hostAddress),
    );
    const memory = ramSize(guest) ?? effective(guest.memory.size);
    if (!passed || memory === undefined || limit === undefined || limit === 'unlimited') return;
    const allowed = BigInt(limit) * KiB;
    if (memory <= allowed || line.prefixes.some(({ name }) => CHANGES_USER.has(name))) return;
    report({
      message:
        `All ${formatBytes(memory)} of the guest are pinned for the device, and a user could lock ` +
        `${formatBytes(allowed)} ${capturedOn(host)}: unless root starts it or the limit is raised (ulimit -l, ` +
        'LimitMEMLOCK=), QEMU stops with "VFIO_MAP_DMA failed: Cannot allocate memory".',
      at: passed.label,
      about: passed,
    });
  },
});
