import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { moveToPath } from './backendText.ts';

export default defineRule({
  name: 'mem-path-with-machine-backend',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: '-mem-path and -machine memory-backend= both say where the memory comes from.',
  explains: ['mem-path-ignored'],
  sources: [
    {
      title: "QEMU: '-mem-path' can't be used together with '-machine memory-backend'",
      ref: 'softmmu/vl.c: qemu_validate_options',
    },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    const options = optionsNamed(line, 'mem-path');
    const option = options.at(-1);
    const machine = optionsNamed(line, 'machine', 'M').findLast((item) => item.find('memory-backend'));
    const property = machine?.find('memory-backend');
    if (!option || !property) return;
    const { target } = guest.memory.whole;
    const backing = target.state === 'found' ? target.item : undefined;
    const same = isKnown(option.plain) && option.plain.value === (backing && effective(backing.path));
    const remove = options.map((item): Change => ({ op: 'remove-option', option: item }));
    const object = backing && effective(backing.type) === 'memory-backend-ram' && sources.get(backing);
    const move: Fix[] =
      object && isKnown(option.plain)
        ? [
            {
              title: `Take the memory of the backend from ${option.plain.value}`,
              applicability: 'suggestion',
              changes: [...moveToPath(object, option.plain.value), ...remove],
            },
          ]
        : [];
    report({
      message:
        'The machine takes its memory from a backend, and -mem-path says where QEMU is to make it: QEMU stops with ' +
        `"'-mem-path' can't be used together with'-machine memory-backend'".`,
      at: option.span,
      about: option,
      related: [{ span: property.span, message: 'The backend is named here.' }],
      fixes: [
        ...move,
        { title: 'Remove -mem-path', applicability: same ? 'safe' : 'suggestion', changes: remove },
      ],
    });
  },
});
