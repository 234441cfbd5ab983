import { effective } from '../../guest/value.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { isModule, memoryDevices, missingAcpi } from './memoryDevices.ts';

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
    const module = memoryDevices(context).find(isModule);
    const missing = module && missingAcpi(domain);
    if (!missing) return;
    report({
      message:
        'The domain has a memory module but no <acpi/> in <features>, and by ACPI the guest is told of modules: QEMU ' +
        'stops at the start with "memory hotplug is not enabled: missing acpi device or acpi disabled".',
      at: spanOf(guest.label.uri, module.element.name),
      about: module.element,
      fixes: [{ title: 'Add <acpi/> to <features>', applicability: 'suggestion', changes: [missing] }],
    });
  },
});
