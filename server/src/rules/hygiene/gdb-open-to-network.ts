import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { isEveryInterface, listenLocally } from './listenAddress.ts';

export default defineRule({
  name: 'gdb-open-to-network',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'warning',
  summary: 'A debugger can be attached to the guest over the network.',
  sources: [
    {
      title: 'QEMU: -gdb waits as a server, -s is -gdb tcp::1234',
      ref: 'gdbstub/gdbstub.c: gdbserver_start',
    },
  ],
  since: '0.1.0',
  check({ line, report }) {
    for (const option of optionsNamed(line, 's')) {
      report({
        message: `-s is short for -gdb tcp::1234: ${consequence('port 1234')}`,
        at: spanOf(option.uri, option.word.range),
        about: option,
        // It was not asked for: people want a debugger, and the short form has no other address.
        severity: 'information',
        fixes: [
          {
            title: 'Wait on 127.0.0.1 only: -gdb tcp:127.0.0.1:1234',
            applicability: 'suggestion',
            changes: [
              { op: 'add-option', words: ['-gdb', 'tcp:127.0.0.1:1234'], after: option },
              { op: 'remove-option', option },
            ],
          },
        ],
      });
    }
    for (const option of optionsNamed(line, 'gdb')) {
      const match = TCP.exec(option.argument?.text ?? '');
      if (!match || !isEveryInterface(match[1]!)) continue;
      const changes = listenLocally(option, PREFIX, PREFIX + match[1]!.length);
      const fix: Fix = { title: 'Wait on 127.0.0.1 only', applicability: 'suggestion', changes };
      report({
        message: `-gdb without the address of one interface: ${consequence('the port')}`,
        at: spanOf(option.uri, option.argument!.place(0, match[0].length)),
        about: option,
        ...(match[1] === '' ? { severity: 'information' } : {}),
        fixes: changes.length === 0 ? [] : [fix],
      });
    }
  },
});

const PREFIX = 'tcp:'.length;

/** `tcp:host:port`; the port need not be known. */
const TCP = /^tcp:(\[[^\]]*\]|[^:,]*):[^,]*/;

const consequence = (port: string): string =>
  `QEMU waits for a debugger on every interface, and whoever can reach ${port} reads and writes the guest's memory and ` +
  'stops its vCPUs.';
