import { effective, isAbsent, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

export default defineRule({
  name: 'cpu-host-without-kvm',
  reads: 'guest',
  topic: 'hygiene',
  severity: 'error',
  summary: "The guest is to have the host's own CPU, but is emulated.",
  explains: ['no-accelerator'],
  sources: [
    { title: "QEMU: CPU model 'host' requires KVM or HVF", ref: 'target/i386/cpu.c: x86_cpu_realizefn' },
    {
      title: "libvirt: CPU mode 'host-passthrough' is not supported by hypervisor",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefCpu',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, report } = context;
    const { processor } = guest;
    const { model } = processor;
    if (!isKnown(model) || model.value !== 'host') return;
    if (effective(processor.accelerators)?.[0] !== 'tcg') return;
    const isX86 = /^(x86_64|i386)$/.test(effective(guest.machine.arch) ?? '');
    if (guest.dialect === 'qemu' && !isX86) return;
    report({
      message: `${messageFor(guest.dialect)}.`,
      at: model.span,
      about: processor,
      fixes: fixesFor(context),
    });
  },
});

const messageFor = (dialect: 'qemu' | 'libvirt'): string =>
  dialect === 'qemu'
    ? "The host's own CPU needs an accelerator such as KVM, and this guest is emulated (TCG): QEMU stops with " +
      `"CPU model 'host' requires KVM or HVF"`
    : "The host's own CPU needs an accelerator such as KVM, and type='qemu' is emulated (TCG): libvirt does not start " +
      `the domain, because "CPU mode 'host-passthrough' … is not supported by hypervisor"`;

/** Who names no accelerator most likely forgot it; who names TCG means it. */
function fixesFor({ guest: { dialect, processor } }: GuestContext): Fix[] {
  const [kvm, max] = dialect === 'qemu' ? ['-accel kvm', '-cpu max'] : ["type='kvm'", "mode='maximum'"];
  const accelerate: Fix = {
    title: `Run it on KVM: ${kvm}`,
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: processor, field: 'accelerator', to: 'kvm' }],
  };
  const emulate: Fix = {
    title: `Give it all that can be emulated: ${max}`,
    applicability: 'suggestion',
    changes: [{ op: 'set', entity: processor, field: 'cpuModel', to: 'max' }],
  };
  return isAbsent(processor.accelerators) ? [accelerate, emulate] : [emulate, accelerate];
}
