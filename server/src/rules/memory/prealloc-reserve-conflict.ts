import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'prealloc-reserve-conflict',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'A memory backend is to be allocated at once and not to be reserved.',
  sources: [
    {
      title: "QEMU: 'prealloc=on' and 'reserve=off' are incompatible",
      ref: 'backends/hostmem.c: host_memory_backend_set_reserve',
    },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    const everywhere = optionsNamed(line, 'mem-prealloc').at(-1);
    for (const backing of guest.memory.backings.items) {
      const option = sources.get(backing);
      const reserve = option?.find('reserve');
      if (!option || !reserve || !isKnown(reserve.value) || !OFF.has(reserve.value.value)) continue;
      const prealloc = option.find('prealloc');
      // -mem-prealloc sets its default before the properties are read, so that an own prealloc=off comes too late.
      const own = prealloc && effective(backing.prealloc) === true ? prealloc : undefined;
      if (!own && !everywhere) continue;
      const keepReserve: Fix[] = own
        ? [
            {
              title: 'Remove prealloc',
              applicability: 'suggestion',
              changes: [{ op: 'remove-property', option, property: own }],
            },
          ]
        : [];
      report({
        message:
          `${own ? own.key : '-mem-prealloc'} allocates all memory at the start, and reserve=off promises none: ` +
          `QEMU stops with "'prealloc=on' and 'reserve=off' are incompatible".`,
        at: reserve.span,
        about: backing,
        related: [
          { span: own?.span ?? everywhere!.span, message: 'Allocated at the start because of this.' },
        ],
        fixes: [
          {
            title: 'Remove reserve=off',
            applicability: 'suggestion',
            changes: [{ op: 'remove-property', option, property: reserve }],
          },
          ...(everywhere ? [] : keepReserve),
        ],
      });
    }
  },
});

const OFF = new Set(['off', 'no', 'false', 'n']);
