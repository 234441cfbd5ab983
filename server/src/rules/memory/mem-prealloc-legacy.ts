import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { switchOn } from './backendText.ts';

export default defineRule({
  name: 'mem-prealloc-legacy',
  reads: 'qemu',
  topic: 'memory',
  severity: 'information',
  summary: '-mem-prealloc stands beside memory backends, all of which it allocates at the start.',
  sources: [
    { title: 'QEMU: sugar for memory-backend.prealloc', ref: 'softmmu/vl.c: qemu_process_sugar_options' },
  ],
  since: '0.1.0',
  check({ guest, line, sources, report }) {
    const legacy = optionsNamed(line, 'mem-prealloc').at(-1);
    const backings = guest.memory.backings.items.filter(({ prealloc }) => !isKnown(prealloc));
    if (!legacy || backings.length === 0) return;
    const options = backings.flatMap((backing) => sources.get(backing) ?? []);
    const fixes: Fix[] =
      line.openedBy.length > 0
        ? []
        : [
            {
              title: 'Write prealloc=on on each backend',
              applicability: 'suggestion',
              changes: [
                { op: 'remove-option', option: legacy },
                ...options.map((option) => switchOn(option, 'prealloc')),
              ],
            },
          ];
    report({
      message:
        `-mem-prealloc reaches all memory backends, also ${backings.length === 1 ? 'the one' : `the ${backings.length}`} that ` +
        `${backings.length === 1 ? 'says' : 'say'} nothing of it, and those that are plugged in later.`,
      at: legacy.span,
      about: legacy,
      fixes,
    });
  },
});
