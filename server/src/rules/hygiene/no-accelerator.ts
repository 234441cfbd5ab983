import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { effective, isAbsent } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

/** Options that ask for emulation: only TCG counts instructions, and has translated blocks. */
const OF_TCG = ['icount', 'plugin', 'singlestep', 'one-insn-per-tb', 'tb-size'];

export default defineRule({
  name: 'no-accelerator',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'warning',
  summary: 'QEMU is not told to use KVM, and emulates.',
  sources: [{ title: 'QEMU: the default is tcg:kvm', ref: 'softmmu/vl.c: configure_accelerators' }],
  since: '0.1.0',
  check({ guest, line, report }) {
    const { processor, machine } = guest;
    if (!isAbsent(processor.accelerators) || effective(processor.accelerators)?.[0] !== 'tcg') return;
    // Another architecture has to be emulated on most hosts; what runs a machine we do not know, we do not know either.
    if (!/^(x86_64|i386)$/.test(effective(machine.arch) ?? '')) return;
    if (machine.type.state === 'unknown' || effective(machine.type)?.family === 'other') return;
    if (optionsNamed(line, ...OF_TCG).length > 0) return;
    report({
      message:
        'No accelerator is named: QEMU emulates the CPUs of the guest in software (TCG), many times slower than KVM ' +
        'runs them.',
      at: line.command,
      about: processor,
      fixes: [
        {
          title: 'Run it on KVM: -accel kvm',
          applicability: 'suggestion',
          changes: [{ op: 'set', entity: processor, field: 'accelerator', to: 'kvm' }],
        },
      ],
    });
  },
});
