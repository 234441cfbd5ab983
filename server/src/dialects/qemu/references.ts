import { isKnown } from '../../guest/value.ts';
import type { CommandLine } from './commandLine.ts';
import type { Option } from './option.ts';

/**
 * Tells whether anything on the command line names an object, under whatever key: `memdev=m0`, `sgx-epc.0.memdev=`,
 * `/objects/m0`. Undefined where a part that is not known might.
 */
export function isReferredTo(line: CommandLine, id: string, own: Option): boolean | undefined {
  const names = new Set([id, `/objects/${id}`]);
  let certain = line.openedBy.length === 0;
  for (const option of line.options) {
    if (option === own) continue;
    for (const property of option.properties) {
      if (isKnown(property.value) && names.has(property.value.value)) return true;
    }
    if (option.open) certain = false;
  }
  return certain ? false : undefined;
}
