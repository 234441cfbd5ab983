import type { Collection } from '../../../guest/collection.ts';
import type { Iommu, Irqchip } from '../../../guest/iommu.ts';
import type { Machine } from '../../../guest/machine.ts';
import { absent, effective, isKnown, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { type CommandLine, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { readBoolean, readNumber } from './read.ts';
import { labelOf, type Sources } from './sources.ts';

const MODELS: Readonly<Record<string, Iommu['model']>> = { 'intel-iommu': 'intel', 'amd-iommu': 'amd' };

const IRQCHIPS: Readonly<Record<string, Irqchip>> = { on: 'kernel', split: 'split', off: 'user' };

export function lowerIommus(line: CommandLine, sources: Sources): Collection<Iommu> {
  const items: Iommu[] = [];
  for (const option of optionsNamed(line, 'device')) {
    const model = MODELS[option.makes ?? ''];
    if (!model) continue;
    const iommu: Iommu = {
      kind: 'iommu',
      model,
      span: option.span,
      label: labelOf(option),
      intremap: readSwitch(line, option, 'intremap'),
      eim: readSwitch(line, option, 'eim'),
      cachingMode: readSwitch(line, option, 'caching-mode'),
      addressBits: readNumber(option.value('aw-bits')),
    };
    items.push(iommu);
    sources.set(iommu, option);
  }
  return { items, openedBy: line.openedBy };
}

/** On, off or `auto`, which is what stands for nothing written. A -global may say it too. */
function readSwitch(line: CommandLine, option: Option, key: string): Value<boolean> {
  const value = option.value(key);
  if (isKnown(value)) return value.value === 'auto' ? absent(value.span) : readBoolean(value);
  const global = optionsNamed(line, 'global')[0];
  return global ? unknown('not-evaluated', global.span) : readBoolean(value);
}

/**
 * kernel-irqchip=, of -machine or -accel. Only KVM has one; by default it has all of it, except on machine type
 * pc-q35-4.0 (accel/kvm/kvm-all.c: kvm_init, hw/i386/pc_q35.c).
 */
export function lowerIrqchip(line: CommandLine, machine: Machine): Value<Irqchip> {
  const kvm = usesKvm(line);
  const written = optionsNamed(line, 'machine', 'M', 'accel').findLast((option) => irqchipOf(option));
  const property = written && irqchipOf(written);
  if (property && isKnown(property.value)) {
    return kvm ? mapValue(property.value, (text) => IRQCHIPS[text]) : unknown('not-evaluated', property.span);
  }
  const gap = property?.span ?? line.openedBy[0];
  if (gap) return unknown('not-evaluated', gap);
  const type = effective(machine.type);
  const split = type?.family === 'q35' && type.version?.join('.') === '4.0';
  const owner = optionsNamed(line, 'machine', 'M').at(-1)?.span ?? line.command;
  return kvm && type ? absent(owner, split ? 'split' : 'kernel') : absent(owner);
}

const irqchipOf = (option: Option) => option.find('kernel-irqchip') ?? option.find('kernel_irqchip');

/** True where QEMU runs the guest with KVM or not at all; false also where that is not known. */
function usesKvm(line: CommandLine): boolean {
  const heads = optionsNamed(line, 'accel').map((option) => option.makes);
  if (heads.length > 0) return heads.every((head) => head === 'kvm');
  const machine = optionsNamed(line, 'machine', 'M').findLast((option) => option.find('accel'));
  if (machine) return machine.says('accel') === 'kvm';
  return optionsNamed(line, 'enable-kvm').length > 0;
}
