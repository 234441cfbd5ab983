import { type CommandLine, mergedValue, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readBoolean } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isKnown, type Value } from '../../guest/value.ts';
import type { Fix } from '../define.ts';

/** `-numa node`, `-numa cpu`, `-numa hmat-lb` …, in the order in which QEMU reads them. */
export const numaOptions = (line: CommandLine, ...types: string[]): readonly Option[] =>
  optionsNamed(line, 'numa').filter(({ head }) => isKnown(head) && types.includes(head.value));

/** Whether the machine tells its guest of latencies and bandwidths (ACPI HMAT); QEMU does not unless it is asked to. */
export const hmatOf = (line: CommandLine): Value<boolean> =>
  readBoolean(mergedValue(line, ['machine', 'M'], 'hmat'));

/** True where the table is certainly on, so that QEMU reads what belongs into it. */
export const hasHmat = (line: CommandLine): boolean => {
  const hmat = hmatOf(line);
  return isKnown(hmat) && hmat.value;
};

/** What is left to do with an option that QEMU refuses and nothing tells what was meant. */
export const removal = (option: Option): Fix => ({
  title: `Remove this ${option.makes === 'cpu' ? '-numa cpu' : option.makes}`,
  applicability: 'suggestion',
  changes: [{ op: 'remove-option', option }],
});
