import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'accel-conflict',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'error',
  summary: 'Accelerators are named by -accel and by the machine.',
  explains: ['enable-kvm-redundant', 'cpu-host-without-kvm'],
  sources: [
    {
      title: 'QEMU: The -accel and "-machine accel=" options are incompatible',
      ref: 'softmmu/vl.c: configure_accelerators',
    },
  ],
  since: '0.1.0',
  check({ guest, line, report }) {
    const accels = optionsNamed(line, 'accel');
    const first = accels.find(({ head }) => isKnown(head));
    if (!first) return;
    const old = oldNames(optionsNamed(line, 'enable-kvm', 'machine', 'M'));
    const last = old.at(-1);
    if (!last) return;
    report({
      message:
        `${last.option.name === 'enable-kvm' ? '-enable-kvm is short for -machine accel=kvm, and -accel' : '-accel'} ` +
        'names accelerators too: QEMU stops with "The -accel and "-machine accel=" options are incompatible".',
      at: last.span,
      about: [guest.processor, last.option],
      related: [{ span: first.span, message: 'The other one.' }],
      fixes: fixesFor(accels, old),
    });
  },
});

/** A place where the machine's own accelerator is named. */
interface OldName {
  readonly option: Option;
  readonly property?: Property;
  readonly span: Span;
  readonly accelerators: readonly string[] | undefined;
}

const oldNames = (options: readonly Option[]): OldName[] =>
  options.flatMap((option): OldName[] => {
    if (option.name === 'enable-kvm') return [{ option, span: option.span, accelerators: ['kvm'] }];
    return option.all('accel').map((property) => ({
      option,
      property,
      span: property.span,
      accelerators: isKnown(property.value) ? property.value.value.split(':') : undefined,
    }));
  });

/** Keeps -accel, which has properties of its own, and asks where the two do not say the same. */
function fixesFor(accels: readonly Option[], old: readonly OldName[]): Fix[] {
  const named = accels.map(({ head }) => (isKnown(head) ? head.value : undefined));
  const same = old.at(-1)!.accelerators?.join() === named.join();
  const dropOld = old.map(
    ({ option, property }): Change =>
      property ? { op: 'remove-property', option, property } : { op: 'remove-option', option },
  );
  const dropNew = accels.map((option): Change => ({ op: 'remove-option', option }));
  const keepNew: Fix = {
    title: `Keep -accel ${named[0] ?? ''}`.trim(),
    applicability: same ? 'safe' : 'suggestion',
    changes: dropOld,
  };
  if (same) return [keepNew];
  const accelerator = old.at(-1)!.accelerators?.join(':') ?? '';
  return [keepNew, { title: `Keep accel=${accelerator}`, applicability: 'suggestion', changes: dropNew }];
}
