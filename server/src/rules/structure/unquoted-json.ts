import type { Option } from '../../dialects/qemu/option.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

/** Options that read an argument in braces as JSON. */
const READ_JSON = new Set(['device', 'object', 'netdev', 'blockdev', 'audiodev', 'display', 'compat']);

export default defineRule({
  name: 'unquoted-json',
  reads: 'qemu',
  topic: 'structure',
  severity: 'error',
  reveals: true,
  summary: 'JSON reaches QEMU without its quotes.',
  explains: ['missing-required-property', 'unknown-device', 'unknown-object', 'unknown-property'],
  sources: [
    { title: 'QEMU: JSON parse error', ref: 'qobject/json-parser.c, json-streamer.c' },
    { title: 'Bash: quote removal', ref: 'Bash manual, section 3.5.9' },
  ],
  since: '0.1.0',
  check({ line, report }) {
    for (const option of line.options) {
      const { argument } = option;
      if (!argument || !option.json || option.open || !READ_JSON.has(option.name)) continue;
      if (isJson(argument.text)) continue;
      const meant = requote(argument.text);
      const shell = !/['"]/.test(argument.text);
      report({
        message:
          (shell
            ? 'QEMU receives this without quotes, which the shell takes away where no others stand around them'
            : 'This is no JSON') + ': QEMU stops with "JSON parse error".',
        at: spanOf(option.uri, argument.range),
        about: option,
        fixes: meant === undefined ? [] : quoted(option, meant),
      });
    }
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // QEMU also takes strings in single quotes, with which what is not JSON may be right.
    return text.includes("'");
  }
}

/** Puts the quotes back around plain words; undefined where it is not so simple. */
function requote(text: string): string | undefined {
  const again = text.replace(/([{,:]\s*)([\w./@-]+)(?=\s*[:,}])/g, (_, before: string, word: string) =>
    before.trim() === ':' && /^(true|false|null|-?\d+)$/.test(word) ? before + word : `${before}"${word}"`,
  );
  try {
    JSON.parse(again);
    return again;
  } catch {
    return undefined;
  }
}

/** Only where the word stands in the command itself, as one text. */
function quoted(option: Option, text: string): Fix[] {
  const { argument } = option;
  if (!argument || argument.pieces.some(({ via }) => via.length > 0)) return [];
  return [
    {
      title: 'Quote it',
      applicability: 'suggestion',
      changes: [{ op: 'text', span: spanOf(option.uri, argument.range), newText: `'${text}'` }],
    },
  ];
}
