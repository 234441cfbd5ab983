import type { Change } from '../../dialects/change.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { effective } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { isModule, memoryDevices } from './memoryDevices.ts';

export default defineRule({
  name: 'dimm-needs-acpi',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'warning',
  summary: 'A memory module is plugged into a machine without ACPI.',
  sources: [{ title: 'QEMU: memory hotplug is not enabled', ref: 'hw/i386/pc.c: pc_memory_pre_plug' }],
  since: '0.1.0',
  check(context) {
    const { domain, guest, report } = context;
    const family = effective(guest.machine.type)?.family;
    if (family !== 'q35' && family !== 'i440fx') return;
    const features = child(domain, 'features');
    if (mayGainChildren(features ?? domain) || (features && child(features, 'acpi'))) return;
    const module = memoryDevices(context).find(isModule);
    if (!module) return;
    const acpi = { name: 'acpi' };
    const os = child(domain, 'os');
    const change: Change = features
      ? { op: 'add-element', parent: features, template: acpi }
      : {
          op: 'add-element',
          parent: domain,
          template: { name: 'features', children: [acpi] },
          ...(os ? { after: os } : {}),
        };
    report({
      message:
        'The domain has a memory module but no <acpi/> in <features>, and by ACPI the guest is told of modules: QEMU ' +
        'stops at the start with "memory hotplug is not enabled: missing acpi device or acpi disabled".',
      at: spanOf(guest.label.uri, module.element.name),
      about: module.element,
      fixes: [{ title: 'Add <acpi/> to <features>', applicability: 'suggestion', changes: [change] }],
    });
  },
});
