import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { backingOf, nodeName } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'machine-memory-backend-with-numa-memdev',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'The machine has a memory backend of its own while guest nodes have theirs.',
  sources: [
    {
      title: "QEMU: '-machine memory-backend' and '-numa memdev' properties are mutually exclusive",
      ref: 'hw/core/numa.c: numa_complete_configuration',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, line, report } = context;
    const node = guest.nodes.items.find(({ backing }) => backing.id.state !== 'absent');
    const option = optionsNamed(line, 'machine', 'M').findLast((each) => each.find('memory-backend'));
    const property = option?.find('memory-backend');
    if (!node || !property || !isKnown(property.value)) return;
    report({
      message:
        `The machine takes its memory from ${property.value.value}, but ${nodeName(node)} has memdev=: QEMU stops with ` +
        "\"'-machine memory-backend' and '-numa memdev' properties are mutually exclusive\".",
      at: property.span,
      about: guest.memory,
      related: [
        {
          span: node.backing.id.state === 'absent' ? node.label : placeOfMemdev(context),
          message: 'A node with memdev=.',
        },
      ],
      fixes: fixesFor(context),
    });
  },
});

/** The first memdev= there is. */
function placeOfMemdev({ guest }: QemuContext) {
  const ids = guest.nodes.items.map(({ backing }) => backing.id);
  const id = ids.find(isKnown);
  return id ? id.span : guest.nodes.items[0]!.label;
}

/** Where a node has the same backend nothing is lost; else that of the machine would be left over. */
function fixesFor({ guest, line }: QemuContext): Fix[] {
  const { target } = guest.memory.whole;
  const same = target.state === 'found' && guest.nodes.items.some((node) => backingOf(node) === target.item);
  const changes = optionsNamed(line, 'machine', 'M').flatMap((option) =>
    option.all('memory-backend').map((property) => ({ op: 'remove-property', option, property }) as const),
  );
  const drop: Fix = {
    title: 'Remove memory-backend= from the machine',
    applicability: same ? 'safe' : 'suggestion',
    changes,
  };
  if (same || target.state !== 'found') return [drop];
  const id = effective(target.item.id);
  return [
    {
      title: `Remove memory-backend= from the machine, and the backend ${id}`,
      applicability: 'suggestion',
      changes: [...changes, { op: 'remove', entity: target.item }],
    },
    drop,
  ];
}
