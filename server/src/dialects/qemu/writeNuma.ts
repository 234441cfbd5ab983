import { isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import type { IndexSet } from '../../values/indexSet.ts';
import { CannotWrite } from '../change.ts';
import { type CommandLine, optionsNamed } from './commandLine.ts';
import { readNumber } from './lower/read.ts';
import type { Option } from './option.ts';
import { appendText, insertAfter, removeProperty, replaceProperty, setProperty } from './places.ts';

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
  const after = optionsNamed(line, 'm', 'cpu', 'machine', 'M')[0] ?? line.options[0];
  if (!after) throw new CannotWrite('there is no option to put -smp behind');
  return [...edits, insertAfter(text, after, ['-smp', missing.join(',').replace(/^cpus=/, '')])];
}
