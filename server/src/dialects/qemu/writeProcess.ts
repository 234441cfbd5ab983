import type { ModelChange, ThreadSetting } from '../../guest/change.ts';
import type { TextEdit } from '../../text/edit.ts';
import { CannotWrite, type Change } from '../change.ts';
import type { CommandLine } from './commandLine.ts';

export type ProcessChange = ModelChange & { readonly op: 'set' } & ThreadSetting;

const NUMACTL: Readonly<Record<string, string>> = {
  cpuNodes: '--cpunodebind',
  memoryNodes: '--membind',
};

/** What is set around QEMU, together: one `numactl` serves for all of it. */
export const isOfProcess = (change: Change): change is ProcessChange =>
  change.op === 'set' && ['vcpuPins', 'emulatorCpus', 'cpuNodes', 'memoryNodes'].includes(change.field);

/** Puts `numactl` in front of QEMU, or options into the one that is there. @throws CannotWrite */
export function writeProcess(line: CommandLine, changes: readonly ProcessChange[]): TextEdit[] {
  if (changes.length === 0) return [];
  const options = changes.map(({ field, to }) => {
    const option = NUMACTL[field];
    if (!option) throw new CannotWrite('a command line cannot pin single threads');
    return `${option}=${to}`;
  });
  const numactl = line.prefixes.findLast(({ name }) => name === 'numactl');
  const first = numactl?.words[0];
  if (numactl && !first) throw new CannotWrite('numactl has no arguments to put others in front of');
  const at = first ? first.range.start : line.command.start;
  const words = first ? options : ['numactl', ...options];
  return [{ range: { start: at, end: at }, newText: `${words.join(' ')} ` }];
}
