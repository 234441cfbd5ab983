import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'gdb-twice',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'error',
  summary: 'QEMU is asked to wait for a debugger in two places.',
  sources: [{ title: 'QEMU: duplicate yank instance', ref: 'gdbstub.c: gdbserver_start, util/yank.c' }],
  since: '0.1.0',
  check({ line, report }) {
    const servers = optionsNamed(line, 's', 'gdb').filter(
      (option) => option.name === 's' || isSocket(effective(option.plain)),
    );
    const [first, ...others] = servers;
    for (const option of others) {
      report({
        message:
          `${option.name === 's' ? '-s is -gdb tcp::1234, and' : 'There is one gdb server,'} ${first!.name === 's' ? '-s' : 'another -gdb'} ` +
          'has asked for it already: QEMU stops with "duplicate yank instance".',
        at: option.span,
        about: option,
        related: [{ span: first!.span, message: 'The first one.' }],
        fixes: [
          {
            title: 'Remove this one',
            applicability: 'suggestion',
            changes: [{ op: 'remove-option', option }],
          },
        ],
      });
    }
  },
});

/** Only a socket is registered to be cut; `none` switches the server off. */
const isSocket = (text: string | undefined): boolean =>
  text !== undefined && /^(tcp|unix|telnet):/.test(text);
