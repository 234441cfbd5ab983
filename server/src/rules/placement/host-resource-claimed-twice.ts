import { defineRule } from '../define.ts';

export default defineRule({
  name: 'host-resource-claimed-twice',
  reads: 'guests',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'information',
  summary:
    'Two guests of one host have the same CPUs, the same device, or together more memory than a node has.',
  sources: [
    {
      title: 'libvirt: devices that another domain uses',
      ref: 'src/util/virhostdev.c: virHostdevPreparePCIDevices',
    },
    { title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, vcpupin' },
  ],
  since: '0.1.0',
});
