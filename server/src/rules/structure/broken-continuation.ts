import type { BrokenContinuation } from '../../dialects/qemu/invocation.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'broken-continuation',
  reads: 'qemu',
  topic: 'structure',
  severity: 'error',
  reveals: true,
  summary: 'A line meant to go on ends the command, and the options below never reach QEMU.',
  sources: [{ title: 'POSIX shell: backslash and newline are removed only together', ref: 'XCU 2.2.1, 2.3' }],
  since: '0.1.0',
  check({ line, report }) {
    for (const broken of line.brokenContinuations) {
      const lost = spanOf(line.uri, broken.lost);
      report({
        message: `${CAUSE[broken.kind]}: ${lostText(broken.lostOptions)} QEMU.`,
        at: spanOf(line.uri, broken.range),
        about: broken,
        related: [{ span: lost, message: 'The shell runs this as a command of its own.' }],
        fixes: [fixFor(broken)],
      });
    }
  },
});

const CAUSE: Record<BrokenContinuation['kind'], string> = {
  'blank-line': 'The empty line behind this backslash ends the command',
  comment: 'This comment ends the command, since a comment cannot stand inside a continued line',
  'trailing-space': 'The blank behind this backslash takes its place, so that the line ends the command',
  'carriage-return':
    'The file has Windows line endings: each backslash is followed by a carriage return instead of the line end, ' +
    'so that the first line ends the command',
};

const lostText = (options: number): string =>
  options === 1 ? 'the option below never reaches' : `the ${options} options below never reach`;

function fixFor(broken: BrokenContinuation): Fix {
  const { range, lost } = broken;
  switch (broken.kind) {
    case 'carriage-return':
      return {
        title: 'End lines with a plain newline',
        applicability: 'safe',
        changes: [{ op: 'line-feed' }],
      };
    case 'comment':
      return {
        title: 'Move the comment above the command',
        applicability: 'safe',
        changes: [{ op: 'hoist-comment', comment: range, next: lost.start }],
      };
    case 'blank-line':
    case 'trailing-space':
      return {
        title:
          broken.kind === 'blank-line' ? 'Remove the empty line' : 'Remove the blank behind the backslash',
        applicability: 'safe',
        changes: [{ op: 'join-lines', backslash: range.start, next: lost.start }],
      };
  }
}
