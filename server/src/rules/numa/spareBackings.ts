import { isReferredTo } from '../../dialects/qemu/references.ts';
import type { Backing } from '../../guest/memory.ts';
import { effective } from '../../guest/value.ts';
import type { QemuContext } from '../define.ts';

/** The memory backends that nothing on the command line uses. */
export const spareBackings = ({ guest, line, sources }: QemuContext): Backing[] =>
  guest.memory.backings.items.filter((backing) => {
    const option = sources.get(backing);
    const id = effective(backing.id);
    return option !== undefined && id !== undefined && isReferredTo(line, id, option) === false;
  });
