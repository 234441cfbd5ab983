import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'enable-kvm-redundant',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'information',
  summary: '-enable-kvm says again, or otherwise, what the machine says of its accelerator.',
  sources: [
    {
      title: 'QEMU: -enable-kvm is accel=kvm of the machine',
      ref: 'softmmu/vl.c: qemu_init, QEMU_OPTION_enable_kvm',
    },
  ],
  since: '0.1.0',
  check(context) {
    const [first, ...others] = optionsNamed(context.line, 'enable-kvm');
    if (!first) return;
    const machine = optionsNamed(context.line, 'machine', 'M').findLast((option) => option.find('accel'));
    const property = machine?.find('accel');
    if (machine && property) checkMachine(context, others.at(-1) ?? first, machine, property);
    for (const other of others) reportSame(context, other, first, '-enable-kvm stands here already');
  },
});

function checkMachine(context: QemuContext, option: Option, machine: Option, property: Property): void {
  if (!isKnown(property.value)) return;
  const accelerators = property.value.value.split(':');
  if (accelerators.join() === 'kvm') {
    reportSame(context, option, property, 'The machine has accel=kvm already');
    return;
  }
  const { options } = context.line;
  const wins = options.indexOf(option) > options.indexOf(machine);
  const named = `accel=${property.value.value}`;
  // Where KVM is the first choice anyway, only the fallback differs.
  const severity = accelerators[0] === 'kvm' ? 'information' : 'warning';
  const remove: Fix = {
    title: 'Remove -enable-kvm',
    applicability: wins ? 'suggestion' : 'safe',
    changes: [{ op: 'remove-option', option }],
  };
  const drop: Fix = {
    title: `Remove ${named}`,
    applicability: wins ? 'safe' : 'suggestion',
    changes: [{ op: 'remove-property', option: machine, property }],
  };
  context.report({
    severity,
    message: wins
      ? `-enable-kvm is short for -machine accel=kvm, and stands behind ${named}: the last one counts, so that QEMU ` +
        'runs on KVM or not at all.'
      : `-enable-kvm is short for -machine accel=kvm, and ${named} stands behind it: the last one counts, and ` +
        '-enable-kvm does nothing.',
    at: option.span,
    about: option,
    related: [{ span: property.span, message: wins ? 'This does nothing.' : 'This one counts.' }],
    fixes: wins ? [drop, remove] : [remove, drop],
  });
}

function reportSame({ report }: QemuContext, option: Option, other: Option | Property, fact: string): void {
  report({
    message: `${fact}: -enable-kvm adds nothing to it.`,
    at: option.span,
    about: option,
    tags: ['unnecessary'],
    related: [{ span: other.span, message: 'The accelerator is named here.' }],
    fixes: [
      { title: 'Remove -enable-kvm', applicability: 'safe', changes: [{ op: 'remove-option', option }] },
    ],
  });
}
