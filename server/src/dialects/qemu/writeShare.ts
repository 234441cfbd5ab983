import { ramBackings } from '../../guest/queries.ts';
import { effective, isAbsent, isKnown } from '../../guest/value.ts';
import type { TextEdit } from '../../text/edit.ts';
import { qemuSize } from '../../values/byteSize.ts';
import { CannotWrite } from '../change.ts';
import type { QemuVariant } from '../document.ts';
import type { Allocator } from './allocate.ts';
import { optionsNamed } from './commandLine.ts';
import type { Option } from './option.ts';
import { insertAfter, setProperty } from './places.ts';

/** Makes all RAM of the guest memory with a file descriptor that other processes can map. */
export function shareMemory(text: string, variant: QemuVariant, allocator: Allocator): TextEdit[] {
  const backings = ramBackings(variant.guest);
  if (!backings) throw new CannotWrite('what holds the memory of the guest is not known');
  if (backings.length === 0) return addShared(text, variant, allocator);
  return backings.flatMap((backing) => {
    const option = variant.sources.get(backing);
    if (!option) throw new CannotWrite('the backend stands elsewhere');
    return effective(backing.share) === true ? [] : shareBackend(option);
  });
}

/** Plain RAM has no file descriptor in most versions of QEMU, a memfd always; it is shared unless it says otherwise. */
function shareBackend(option: Option): TextEdit[] {
  const isRam = isKnown(option.head) && option.head.value === 'memory-backend-ram';
  const type = isRam ? [setProperty(option, 'qom-type', 'memory-backend-memfd')] : [];
  const share =
    isRam && !option.find('share') ? [] : [setProperty(option, 'share', option.json ? 'true' : 'on')];
  return [...type, ...share];
}

function addShared(text: string, { guest, line }: QemuVariant, allocator: Allocator): TextEdit[] {
  const size = effective(guest.memory.size);
  if (size === undefined) throw new CannotWrite('the size of the memory is not known');
  if (guest.nodes.items.length > 0 || !isAbsent(guest.memory.path))
    throw new CannotWrite('the memory is made otherwise');
  const id = allocator.id('mem', 'mem');
  const object = ['-object', `memory-backend-memfd,id=${id},size=${qemuSize(size)}`];
  const machine = optionsNamed(line, 'machine', 'M').at(-1);
  if (machine) return [setProperty(machine, 'memory-backend', id), insertAfter(text, machine, object)];
  const memory = optionsNamed(line, 'm').at(-1);
  if (!memory) throw new CannotWrite('there is no option to put it behind');
  return [insertAfter(text, memory, ['-machine', `memory-backend=${id}`, ...object])];
}
