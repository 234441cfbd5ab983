import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isReferredTo } from '../../dialects/qemu/references.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes, qemuSize } from '../../values/byteSize.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'machine-backend-unknown',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'The machine takes its memory from a backend that does not exist.',
  sources: [
    { title: "QEMU: Memory backend '…' not found", ref: 'softmmu/vl.c: qemu_resolve_machine_memdev' },
  ],
  since: '0.1.0',
  check(context) {
    const { id, target } = context.guest.memory.whole;
    // An empty name is none: the machine then makes its memory itself.
    if (target.state !== 'absent' || !isKnown(id) || id.value === '') return;
    // Other paths lead through the machine's own object tree, which we do not know.
    if (id.value.includes('/') && !/^\/objects\/[^/]+$/.test(id.value)) return;
    context.report({
      message:
        `No memory backend has the id ${id.value}, from which the machine is to take its memory: QEMU stops with ` +
        `"Memory backend '${id.value}' not found".`,
      at: id.span,
      about: context.guest.machine,
      fixes: fixesFor(context, id.value),
    });
  },
});

function fixesFor({ guest, line, sources }: QemuContext, wanted: string): Fix[] {
  const machine = optionsNamed(line, 'machine', 'M').findLast((option) => option.find('memory-backend'));
  const property = machine?.find('memory-backend');
  if (!machine || !property) return [];
  const spare = guest.memory.backings.items.flatMap((backing) => {
    const option = sources.get(backing);
    const id = effective(backing.id);
    return option && id !== undefined && isReferredTo(line, id, option) === false ? [id] : [];
  });
  const chosen = mostSimilar(wanted, spare) ?? (spare.length === 1 ? spare[0] : undefined);
  const fixes: Fix[] = [];
  if (chosen !== undefined) {
    fixes.push({
      title: `Take the memory from ${chosen}`,
      applicability: 'suggestion',
      changes: [{ op: 'set-property', option: machine, key: 'memory-backend', text: chosen }],
    });
  }
  const size = effective(guest.memory.size);
  const isFree = line.options.every((option) => option.says('id') !== wanted);
  if (size !== undefined && isFree && /^\w[\w.-]*$/.test(wanted)) {
    const words = ['-object', `memory-backend-ram,id=${wanted},size=${qemuSize(size)}`];
    fixes.push({
      title: `Create the backend ${wanted} with ${formatBytes(size)}`,
      applicability: 'suggestion',
      changes: [{ op: 'add-option', words, after: machine }],
    });
  }
  fixes.push({
    title: 'Remove memory-backend=: QEMU then makes the memory itself',
    applicability: 'suggestion',
    changes: [{ op: 'remove-property', option: machine, property }],
  });
  return fixes;
}
