import { pathKind } from '../../catalogue/hostPaths.ts';
import { isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { type Bytes, qemuSize } from '../../values/byteSize.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { CannotWrite } from '../change.ts';
import { type CommandLine, optionsNamed } from './commandLine.ts';
import { readNumber } from './lower/read.ts';
import type { Option } from './option.ts';
import {
  appendProperty,
  appendText,
  insertAfter,
  removeProperty,
  replaceProperty,
  setProperty,
} from './places.ts';

const range = ([low, high]: readonly [number, number]): string =>
  low === high ? `${low}` : `${low}-${high}`;

/** QEMU writes a set with gaps as one key several times; JSON as a list. */
export function setRanges(option: Option, key: string, set: IndexSet): TextEdit[] {
  const [first, ...others] = option.all(key);
  const text = option.json
    ? `${JSON.stringify(key)}:[${[...set].join(',')}]`
    : set.ranges.map((part) => `${key}=${range(part)}`).join(',');
  if (!first) return [appendText(option, text)];
  // `cpus=0,2` was meant as one list: what stands behind the comma goes with it.
  const strays = option.properties.filter((property) => property.form === 'flag' && /^\d/.test(property.key));
  const rest = [...others, ...strays];
  // A value that is edited in its own place (a variable's definition) keeps the way it is written.
  const only = rest.length === 0 && set.ranges.length === 1 && !option.json;
  if (only && isKnown(first.value) && first.value.slot) {
    const { span, encode } = first.value.slot;
    return [{ range: span, newText: encode(set.toString()) }];
  }
  return [replaceProperty(option, first, text), ...rest.map((property) => removeProperty(option, property))];
}

/** Host nodes want a policy (backends/hostmem.c): where there is none, memory is bound to them. */
export function bindAt(option: Option): TextEdit[] {
  const policy = option.find('policy');
  if (!policy) return [appendProperty(option, 'policy', 'bind')];
  return isKnown(policy.value) && policy.value.value === 'default'
    ? [setProperty(option, 'policy', 'bind')]
    : [];
}

/**
 * The properties that a second backing shares with a first one, its type in front. Two backings of one file would be
 * one memory, so a path is shared only where it is certainly a directory.
 */
export function alike(option: Option): string[] {
  const { head } = option;
  if (!isKnown(head)) throw new CannotWrite('the kind of the backend is not known');
  const shared = option.properties.flatMap(({ key, value }) => {
    if (key === 'id' || key === 'size' || key === 'qom-type') return [];
    if (!isKnown(value)) throw new CannotWrite(`${key} is not known`);
    if (key === 'mem-path' && pathKind(value.value) !== 'hugetlbfs' && value.value !== '/dev/shm')
      throw new CannotWrite('the file cannot be used twice');
    const values = key === 'host-nodes' ? value.value.split(',') : [value.value.replaceAll(',', ',,')];
    return values.map((text) => `${key}=${text}`);
  });
  return [head.value, ...shared];
}

/** Keys that name a guest node, by option; of -device and -object whatever the driver. */
const NODE_KEYS: Readonly<Record<string, readonly string[]>> = {
  numa: ['src', 'dst', 'node-id', 'initiator', 'target'],
  device: ['numa_node', 'node'],
  object: ['node'],
};

/** Rewrites all that names a guest node by its old number. */
export function followNode(line: CommandLine, from: number, to: number): TextEdit[] {
  return line.options.flatMap((option) =>
    (NODE_KEYS[option.name] ?? []).flatMap((key) => {
      const property = option.find(key);
      const number = property && readNumber(property.value);
      if (number?.state === 'unknown') throw new CannotWrite('which node is named there is not known');
      return isKnown(number) && number.value === from ? [setProperty(option, key, String(to))] : [];
    }),
  );
}

/** Sets the size of the guest's RAM where it is written, else as an `-m` of its own. */
export function setRam(text: string, line: CommandLine, size: Bytes): TextEdit {
  const key = (option: Option): string => (option.name === 'm' ? 'size' : 'memory.size');
  const options = optionsNamed(line, 'm', 'machine', 'M');
  const option = options.findLast((candidate) => candidate.find(key(candidate)));
  if (option) return setProperty(option, key(option), qemuSize(size));
  const own = options.findLast((candidate) => candidate.name === 'm' && candidate.argument);
  if (own) return setProperty(own, 'size', qemuSize(size));
  return insertAfter(text, firstOf(line, 'machine', 'M', 'cpu', 'smp'), ['-m', qemuSize(size)]);
}

/** An option of these names, else the first one there is, to put something behind. */
function firstOf(line: CommandLine, ...names: string[]): Option {
  const option = optionsNamed(line, ...names)[0] ?? line.options[0];
  if (!option) throw new CannotWrite('there is no option to put another one behind');
  return option;
}

/** Sets numbers of `-smp` where they are written, `-machine smp.cores=` included; the rest goes to the last `-smp`. */
export function setSmp(
  text: string,
  line: CommandLine,
  numbers: Readonly<Record<string, number>>,
): TextEdit[] {
  const options = optionsNamed(line, 'smp', 'machine', 'M');
  const own = options.findLast((option) => option.name === 'smp' && option.argument);
  const edits: TextEdit[] = [];
  const missing: string[] = [];
  for (const [key, value] of Object.entries(numbers)) {
    const spelt = (option: Option): string => (option.name === 'smp' ? key : `smp.${key}`);
    const option = options.findLast((candidate) => candidate.find(spelt(candidate)));
    if (option) edits.push(setProperty(option, spelt(option), String(value)));
    else missing.push(`${key}=${value}`);
  }
  if (missing.length === 0) return edits;
  if (own) return [...edits, appendText(own, missing.join(','))];
  const after = firstOf(line, 'machine', 'M', 'cpu', 'm');
  return [...edits, insertAfter(text, after, ['-smp', missing.join(',').replace(/^cpus=/, '')])];
}
