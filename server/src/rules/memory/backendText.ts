import type { Change } from '../../dialects/change.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { type Bytes, qemuSize } from '../../values/byteSize.ts';

/** A size for an -object: in JSON QEMU takes only a number of bytes ("expects uint64"). */
export const sizeText = (option: Option, size: Bytes): string =>
  option.json ? String(size) : qemuSize(size);

/** Switches a boolean of an -object on; JSON has a word of its own for it. */
export const switchOn = (option: Option, key: string): Change => ({
  op: 'set-property',
  option,
  key,
  text: option.json ? 'true' : 'on',
});

/** Makes plain RAM of an -object a file below a path. */
export const moveToPath = (option: Option, path: string): readonly Change[] => [
  { op: 'set-property', option, key: 'qom-type', text: 'memory-backend-file' },
  { op: 'set-property', option, key: 'mem-path', text: path },
];
