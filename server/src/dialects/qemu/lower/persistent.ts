import type { PersistentMemory } from '../../../guest/memory.ts';
import { absent, isKnown, unknown, type Value } from '../../../guest/value.ts';
import { type CommandLine, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { readBoolean } from './read.ts';

const MODELS: ReadonlySet<string> = new Set(['nvdimm', 'virtio-pmem', 'virtio-pmem-pci']);

/** Devices whose backend holds what is to be kept. */
export const lowerPersistent = (line: CommandLine): readonly PersistentMemory[] =>
  optionsNamed(line, 'device').flatMap((option): PersistentMemory[] => {
    const { head } = option;
    if (!isKnown(head) || !MODELS.has(head.value)) return [];
    return [
      {
        kind: 'persistent-memory',
        span: option.span,
        label: head.span,
        model: head.value,
        discard: discardOf(line, option),
      },
    ];
  });

/** Said of the backend. */
function discardOf(line: CommandLine, option: Option): Value<boolean> {
  const memdev = option.value('memdev');
  if (memdev.state !== 'known') return memdev.state === 'absent' ? absent(memdev.owner) : memdev;
  const id = memdev.value.replace(/^\/objects\//, '');
  const backend = optionsNamed(line, 'object').find((object) => object.says('id') === id);
  return backend ? readBoolean(backend.value('discard-data')) : unknown('not-evaluated', memdev.span);
}
