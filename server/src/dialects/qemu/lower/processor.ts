import type { CpuFeature, Processor } from '../../../guest/processor.ts';
import { absent, isKnown, known, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { type CommandLine, optionsNamed } from '../commandLine.ts';
import type { Option, Property } from '../option.ts';
import { readBoolean } from './read.ts';
import type { Sources } from './sources.ts';

/** Of several -cpu the last one counts. */
export function lowerProcessor(line: CommandLine, sources: Sources): Processor {
  const option = optionsNamed(line, 'cpu').at(-1);
  return {
    accelerators: lowerAccelerators(line),
    model: option
      ? option.head
      : line.openedBy[0]
        ? unknown('not-evaluated', line.openedBy[0])
        : absent(line.command),
    features: {
      items: option ? featuresOf(option, sources) : [],
      openedBy: option?.open ? [option.span] : line.openedBy,
    },
  };
}

/**
 * Each -accel is one to try; `-machine accel=a:b` is a list of them, and -enable-kvm short for accel=kvm, of which
 * the last one counts. Without any it goes by the program's name (softmmu/vl.c: configure_accelerators).
 */
function lowerAccelerators(line: CommandLine): Value<readonly string[]> {
  if (line.openedBy[0]) return unknown('not-evaluated', line.openedBy[0]);
  const heads = optionsNamed(line, 'accel').map(({ head }) => head);
  if (heads[0]) {
    const gap = heads.find((head) => !isKnown(head));
    return gap
      ? unknown('not-evaluated', line.command)
      : known(
          heads.filter(isKnown).map(({ value }) => value),
          line.command,
        );
  }
  for (const option of optionsNamed(line, 'machine', 'M', 'enable-kvm').toReversed()) {
    if (option.name === 'enable-kvm') return known(['kvm'], option.span);
    const accel = option.value('accel');
    if (accel.state !== 'absent') return mapValue(accel, (text) => text.split(':'));
  }
  if (line.assumed) return unknown('not-evaluated', line.command);
  return absent(line.command, /kvm$/.test(line.binary) ? ['kvm', 'tcg'] : ['tcg', 'kvm']);
}

/** `topoext=on`, and the older `+topoext` and `-topoext`. */
function featuresOf(option: Option, sources: Sources): CpuFeature[] {
  return option.properties.slice(1).map((property) => {
    const { key, form, value, span } = property;
    const sign = form === 'flag' ? /^[+-]/.exec(key)?.[0] : undefined;
    const on = sign === undefined ? readBoolean(value) : known(sign === '+', span);
    const feature: CpuFeature = { kind: 'cpu-feature', name: featureName(property), on, span, label: span };
    sources.set(feature, option);
    return feature;
  });
}

/** What a property of -cpu is called without its sign. */
export const featureName = ({ key }: Property): string => key.replace(/^[+-]/, '');
