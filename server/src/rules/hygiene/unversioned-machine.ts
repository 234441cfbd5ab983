import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

/** Names that mean the newest of their family; a microvm has only one. */
const ALIASES = new Set(['q35', 'pc', 'virt']);

/** Options that bring a disk with a system on it, which remembers the hardware. */
const DISKS = ['drive', 'hda', 'blockdev'] as const;

export default defineRule({
  name: 'unversioned-machine',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'hint',
  summary: 'A machine type without a version is another one after each upgrade of QEMU.',
  sources: [
    { title: 'QEMU: versioned machine types', ref: 'docs/system/target-i386-desc.rst.inc, hw/i386/pc_q35.c' },
  ],
  since: '0.1.0',
  check({ guest, line, report }) {
    const { type } = guest.machine;
    if (!isKnown(type) || !ALIASES.has(type.value.name)) return;
    if (!optionsNamed(line, ...DISKS).some((option) => !isReadOnly(option))) return;
    report({
      message:
        `${type.value.name} is the newest machine of the QEMU that runs it: after an upgrade the system on the disk finds other hardware. ` +
        'Linux does not mind; Windows may want to be activated again, and a guest that was saved does not come back.',
      at: type.span,
      about: guest.machine,
    });
  },
});

/** Firmware and installation media keep nothing of the hardware. */
function isReadOnly(option: ReturnType<typeof optionsNamed>[number]): boolean {
  const text = option.argument?.text ?? '';
  return /if=pflash|media=cdrom|read-?only(=on|,|$)|\.iso\b|OVMF|snapshot=on/.test(text);
}
