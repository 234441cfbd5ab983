import type { Option } from '../../dialects/qemu/option.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { type Doubt, meantQemu, stopsWith, weigh } from './meant.ts';
import { oldOption } from './optionHistory.ts';

export default defineRule({
  name: 'unknown-option',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'QEMU does not know an option.',
  sources: [
    { title: 'QEMU: invalid option', ref: 'softmmu/vl.c: lookup_opt' },
    { title: 'QEMU: names of options', ref: '-help of 7.2 to 11.1, and each asked by its name' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant?.catalogue.names('option').length) return;
    const { catalogue } = meant;
    for (const word of context.line.strays) {
      // A dash that no name follows; other words are taken for images of disks.
      if (word.text !== '-') continue;
      context.report({
        message: `There is no name behind the dash: ${meant.name} stops with "-: invalid option".`,
        at: spanOf(context.line.uri, word.range),
        about: word,
      });
    }
    for (const option of context.line.options) {
      const { name, word } = option;
      if (catalogue.has('option', name) || word.isUnknown() || oldOption(name)) continue;
      const [stem = ''] = name.split('=', 1);
      const joined = stem !== name && catalogue.has('option', stem);
      const doubt: Doubt = joined
        ? {
            severity: catalogue.complete('option') ? 'error' : 'warning',
            fact: `${meant.name} wants a space and no "=" between -${stem} and its argument`,
            similar: name.replace('=', ' '),
          }
        : weigh(meant, { kind: 'option', what: 'option', name, candidates: catalogue.names('option') });
      context.report({
        severity: doubt.severity,
        message: `${doubt.fact}: ${stopsWith(doubt, `${word.text}: invalid option`)}.`,
        at: spanOf(option.uri, word.range),
        about: option,
        fixes: fixesFor(option, doubt.similar),
      });
    }
  },
});

function fixesFor(option: Option, similar: string | undefined): Fix[] {
  const { word } = option;
  const range = word.editable(0, word.text.length);
  const dashes = /^-*/.exec(word.text)![0];
  if (similar === undefined || !range) return [];
  return [
    {
      title: `Write -${similar}`,
      applicability: 'suggestion',
      changes: [{ op: 'text', span: spanOf(option.uri, range), newText: dashes + similar }],
    },
  ];
}
