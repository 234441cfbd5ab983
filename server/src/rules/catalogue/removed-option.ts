import type { Option } from '../../dialects/qemu/option.ts';
import { effective } from '../../guest/value.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { meantQemu, versionText } from './meant.ts';
import { type OldOption, oldOption } from './optionHistory.ts';

export default defineRule({
  name: 'removed-option',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'An option is one that QEMU has had, and has no more.',
  sources: [
    { title: 'QEMU: invalid option', ref: 'softmmu/vl.c: lookup_opt' },
    { title: 'QEMU: removed features', ref: 'docs/about/removed-features.rst' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant?.catalogue.names('option').length) return;
    const { catalogue, said, name: qemu } = meant;
    for (const option of context.line.options) {
      const { name, word } = option;
      const removed = catalogue.has('option', name) || word.isUnknown() ? undefined : oldOption(name);
      if (!removed) continue;
      const versions = catalogue.versionsOf('option', name).map(versionText);
      const had = versions.length > 0 ? `, which QEMU ${versions.join(' and ')} had` : '';
      // A QEMU that still has it may be the one that is meant.
      const certain = catalogue.complete('option') && (said || versions.length === 0);
      context.report({
        severity: certain ? 'error' : 'warning',
        message: `${qemu} has no -${name} any more${had}: it stops with "${word.text}: invalid option".`,
        at: spanOf(option.uri, word.range),
        about: option,
        tags: ['deprecated'],
        fixes: fixesFor(option, removed),
      });
    }
  },
});

/** The option that does the same today. */
export function fixesFor(option: Option, { instead }: OldOption): Fix[] {
  const argument = option.argument ? effective(option.plain) : '';
  const words = argument === undefined ? undefined : instead?.(argument);
  if (!words) return [];
  return [
    {
      title: `Write ${words.join(' ')}`,
      applicability: 'safe',
      changes: [
        { op: 'add-option', words, after: option },
        { op: 'remove-option', option },
      ],
    },
  ];
}
