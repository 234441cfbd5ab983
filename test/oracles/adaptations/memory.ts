import type { Properties, PropertyValue } from './properties.ts';
import { onProperties, type Step, step } from './step.ts';

/** Where guest memory comes from: files, huge pages, host nodes. */
export const memorySteps: readonly Step[] = [
  step('memory-file', 'mem-path', (option, { scratch }) =>
    option.value === undefined ? option : { ...option, value: scratch.folderFor(option.value) },
  ),
  step(
    'memory-file',
    'object',
    onProperties('qom-type', (backend, { scratch }) => {
      const path = backend.get('mem-path');
      if (path !== undefined && path !== '') {
        // QEMU makes a file of its own in a folder, and the file itself where there is none yet.
        const isFolder = /huge/i.test(path) || path.endsWith('/');
        backend.set('mem-path', isFolder ? scratch.folderFor(path) : scratch.pathFor(path));
      }
      if (isOn(backend.get('hugetlb'))) backend.turnOff('hugetlb');
    }),
  ),
  step(
    'host-node',
    'object',
    onProperties('qom-type', (object) => {
      moveToZero(object, 'host-nodes', 127);
      moveToZero(object, 'node-affinity', 127);
      moveToZero(object, 'cpu-affinity', 1023);
    }),
  ),
];

const isOn = (text: string | undefined) => text === 'on' || text === 'true' || text === 'yes';

/**
 * Replaces a list of host nodes or CPUs by 0, unless 0 is among them (the kernel keeps those that exist) or the list
 * is one that QEMU refuses for its form or for a number above `last`.
 */
function moveToZero(object: Properties, key: string, last: number): void {
  const values = object.all(key);
  const ranges = values.flatMap((value) => (Array.isArray(value) ? value : [value])).map(readRange);
  const isList = ranges.every((range) => range !== undefined && range[0] <= range[1] && range[1] <= last);
  if (ranges.length === 0 || !isList || ranges.some((range) => range![0] === 0)) return;
  object.set(key, Array.isArray(values[0]) ? [0] : '0');
}

function readRange(value: PropertyValue): [number, number] | undefined {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(String(value)) ?? [];
  return first === undefined ? undefined : [Number(first), Number(last ?? first)];
}
