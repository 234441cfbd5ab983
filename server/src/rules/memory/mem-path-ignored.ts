import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { backingOf } from '../../guest/queries.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { moveToPath } from './backendText.ts';

export default defineRule({
  name: 'mem-path-ignored',
  reads: 'qemu',
  topic: 'memory',
  severity: 'warning',
  summary: '-mem-path is given, but all memory comes from backends of the nodes.',
  sources: [
    {
      title: 'QEMU: -mem-path is used for the default RAM only',
      ref: 'hw/core/machine.c: machine_run_board_init, create_default_memdev',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, line, report } = context;
    const option = optionsNamed(line, 'mem-path').at(-1);
    const node = guest.nodes.items.find((item) => hasMemdev(context, item));
    if (!option || !node) return;
    const path = isKnown(option.plain) ? ` ${option.plain.value}` : '';
    report({
      message:
        `-mem-path${path} is silently ignored: it is only for the memory that QEMU makes itself, and here the ` +
        'nodes take theirs from backends by memdev=.',
      at: option.span,
      about: option,
      tags: ['unnecessary'],
      related: [{ span: node.label, message: 'This node takes its memory from a backend.' }],
      fixes: fixesFor(context),
    });
  },
});

const hasMemdev = ({ sources }: QemuContext, node: object): boolean =>
  sources.get(node)?.find('memdev') !== undefined;

function fixesFor(context: QemuContext): Fix[] {
  const options = optionsNamed(context.line, 'mem-path');
  const { plain } = options.at(-1)!;
  const remove = options.map((option) => ({ op: 'remove-option', option }) as const);
  const removal = (applicability: Fix['applicability']): Fix => ({
    title: 'Remove -mem-path',
    applicability,
    changes: remove,
  });
  if (!isKnown(plain)) return [removal('suggestion')];
  // Where the backends lie on that path already, nothing of what was meant is lost.
  const backings = context.guest.nodes.items.flatMap((node) => backingOf(node) ?? []);
  if (backings.every((backing) => effective(backing.path) === plain.value)) return [removal('safe')];
  return [...moveThere(context, plain, remove), removal('suggestion')];
}

/** Gives plain RAM backends the path that was meant for them. */
function moveThere({ guest, sources }: QemuContext, path: Known<string>, remove: Fix['changes']): Fix[] {
  const options = guest.nodes.items.map((node) => {
    const backing = backingOf(node);
    return backing && effective(backing.type) === 'memory-backend-ram' ? sources.get(backing) : undefined;
  });
  if (options.some((option) => option === undefined)) return [];
  const changes = options.flatMap((option) => moveToPath(option!, path.value));
  return [
    {
      title: `Take the memory of the nodes from ${path.value}`,
      applicability: 'suggestion',
      changes: [...changes, ...remove],
    },
  ];
}
