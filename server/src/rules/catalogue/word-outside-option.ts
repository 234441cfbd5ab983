import type { Option } from '../../dialects/qemu/option.ts';
import type { Word } from '../../dialects/qemu/word.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'word-outside-option',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A blank cuts the argument of an option, and QEMU takes what follows for the image of a disk.',
  sources: [{ title: 'QEMU: disk images without an option', ref: 'softmmu/vl.c: qemu_init, HD_OPTS' }],
  since: '0.1.0',
  check(context) {
    const { line } = context;
    // An argument that is not known may be an option that waits for the word.
    if (line.strays.length === 0 || line.openedBy.length > 0) return;
    for (const word of line.strays) {
      const option = line.options.findLast(({ range }) => range.end <= word.range.start);
      if (option?.argument && belongsTo(option, word)) report(context, option, option.argument, word);
    }
  },
});

const UNIT = /^[kmgt](i?b)?$/i;

/** Whether nobody can have meant a file by the word: a property of the option, a flag of the CPU, the unit of a size. */
function belongsTo(option: Option, { text }: Word): boolean {
  if (typeof option.shape !== 'object' || option.json) return false;
  if (option.name === 'cpu') return /^\+[\w.-]+(,|$)/.test(text) || isProperty(text);
  return isProperty(text) || (option.name === 'm' && UNIT.test(text));
}

const isProperty = (text: string): boolean => /^[a-z][\w.-]*=[^/\s]*(,|$)/i.test(text);

function report(context: QemuContext, option: Option, argument: Word, word: Word): void {
  const { uri } = context.line;
  const isUnit = UNIT.test(word.text);
  const between = { start: argument.range.end, end: word.range.start };
  const joint = isUnit || argument.text.endsWith(',') || word.text.startsWith(',') ? '' : ',';
  context.report({
    message:
      `A blank ends the argument of -${option.name}, and ${word.text} is taken for the image of a disk: QEMU stops with ` +
      `"Could not open '${word.text}': No such file or directory".`,
    at: spanOf(uri, word.range),
    about: word,
    fixes: [
      {
        title: `Write it to -${option.name}, without the blank`,
        applicability: 'suggestion',
        changes: [{ op: 'text', span: spanOf(uri, between), newText: joint }],
      },
    ],
  });
}
