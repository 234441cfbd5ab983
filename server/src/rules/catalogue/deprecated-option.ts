import { atLeast } from '../../guest/target.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { meantQemu, versionText } from './meant.ts';
import { oldOption } from './optionHistory.ts';
import { fixesFor } from './removed-option.ts';

export default defineRule({
  name: 'deprecated-option',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'information',
  summary: 'An option still works, and QEMU has announced that it will go.',
  sources: [{ title: 'QEMU: deprecated features', ref: 'docs/about/deprecated.rst' }],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant) return;
    for (const option of context.line.options) {
      const old = oldOption(option.name);
      if (!old?.deprecated || !atLeast(meant.catalogue.version, old.deprecated)) continue;
      if (!meant.catalogue.has('option', option.name)) continue;
      context.report({
        message: `-${option.name} is deprecated since QEMU ${versionText(old.deprecated)}: ${meant.name} still takes it, a later one will not.`,
        at: spanOf(option.uri, option.word.range),
        about: option,
        tags: ['deprecated'],
        fixes: fixesFor(option, old),
      });
    }
  },
});
