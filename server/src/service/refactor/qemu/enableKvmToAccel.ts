import { optionsNamed } from '../../../dialects/qemu/commandLine.ts';
import { touches } from '../../../text/span.ts';
import type { Proposal, QemuPlace } from '../refactoring.ts';

/** -enable-kvm is short for an accelerator, and leaves no room for its properties. */
export function enableKvmToAccel({ variant: { line }, range }: QemuPlace): Proposal[] {
  const [option, other] = optionsNamed(line, 'enable-kvm');
  if (!option || other || !touches(option.range, range) || line.openedBy.length > 0) return [];
  // QEMU refuses an -accel beside accel= of the machine, where the last one written wins now.
  const machines = optionsNamed(line, 'machine', 'M');
  if (
    machines.some((machine) => machine.open || machine.find('accel')) ||
    optionsNamed(line, 'accel').length > 0
  ) {
    return [];
  }
  const place = option.word.editable(0, option.word.text.length);
  if (!place) return [];
  return [
    {
      title: 'Write -accel kvm',
      kind: 'refactor.rewrite',
      keeps: 'guest',
      edits: [{ range: place, newText: '-accel kvm' }],
    },
  ];
}
