import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isReferredTo } from '../../dialects/qemu/references.ts';
import { complete } from '../../guest/collection.ts';
import type { MachineFamily } from '../../guest/machine.ts';
import { ramSize } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** What each machine calls the memory that it makes itself (hw/i386/pc.c, hw/arm/virt.c: default_ram_id). */
const RESERVED: Readonly<Partial<Record<MachineFamily, string>>> = {
  q35: 'pc.ram',
  i440fx: 'pc.ram',
  virt: 'mach-virt.ram',
};

export default defineRule({
  name: 'reserved-backend-id',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'An object has the id that QEMU gives to the memory which it makes itself.',
  explains: ['memory-backend-unused'],
  sources: [
    {
      title: 'QEMU: is reserved for the default RAM backend',
      ref: 'softmmu/vl.c: qemu_create_machine; hw/core/machine.c: machine_run_board_init',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, line, report } = context;
    const reserved = RESERVED[effective(guest.machine.type)?.family ?? 'other'];
    const nodes = complete(guest.nodes);
    // Where a backend is named for the machine or a node, QEMU makes none.
    if (reserved === undefined || guest.memory.whole.id.state !== 'absent') return;
    if (!nodes || nodes.some((node) => node.backing.id.state !== 'absent')) return;
    for (const option of optionsNamed(line, 'object')) {
      const id = option.value('id');
      if (!isKnown(id) || id.value !== reserved) continue;
      report({
        message:
          `QEMU makes the guest's memory itself here and calls it ${reserved}: it stops with "object name '${reserved}' is ` +
          'reserved for the default RAM backend, it can\'t be used for any other purposes".',
        at: id.span,
        about: guest.memory.backings.items.find((each) => context.sources.get(each) === option) ?? option,
        fixes: [...useIt(context, option, reserved), ...rename(context, option)],
      });
    }
  },
});

/** What is as large as the guest was probably meant to be its memory. */
function useIt({ guest, line, sources }: QemuContext, option: Option, id: string): Fix[] {
  const backing = guest.memory.backings.items.find((each) => sources.get(each) === option);
  const size = backing && effective(backing.size);
  const machine = optionsNamed(line, 'machine', 'M').at(-1);
  if (size === undefined || size !== ramSize(guest)) return [];
  const change: Change = machine
    ? { op: 'set-property', option: machine, key: 'memory-backend', text: id }
    : { op: 'add-option', words: ['-machine', `memory-backend=${id}`], after: option };
  return [{ title: "Make it the guest's memory", applicability: 'suggestion', changes: [change] }];
}

function rename({ line }: QemuContext, option: Option): Fix[] {
  const id = option.says('id');
  if (id === undefined || isReferredTo(line, id, option) !== false) return [];
  return [
    {
      title: 'Call it ram0',
      applicability: 'safe',
      changes: [{ op: 'set-property', option, key: 'id', text: 'ram0' }],
    },
  ];
}
