import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { type Span, spanOf } from '../../text/span.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { isEveryInterface, listenLocally } from './listenAddress.ts';

export default defineRule({
  name: 'monitor-tcp-open',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'warning',
  summary: 'A monitor of QEMU can be reached over the network.',
  sources: [
    { title: 'QEMU: security considerations of the monitor', ref: 'docs/system/security.rst' },
    {
      title: 'QEMU: character devices that wait for a connection',
      ref: 'chardev/char.c: qemu_chr_parse_compat',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { line } = context;
    for (const option of optionsNamed(line, 'monitor', 'qmp', 'qmp-pretty')) checkShort(context, option);
    for (const option of optionsNamed(line, 'chardev')) checkChardev(context, option);
  },
});

/** `telnet:host:port,server`; the port need not be known. */
const SHORT = /^((?:tcp|telnet|websocket|tn3270):)(\[[^\]]*\]|[^:,]*):[^,]*/;

function checkShort(context: QemuContext, option: Option): void {
  const text = option.argument?.text ?? '';
  const match = SHORT.exec(text);
  if (!match || !isEveryInterface(match[2]!) || !/,server(,|=on|$)/.test(text)) return;
  if (text.includes(',tls-creds=')) return;
  const start = match[1]!.length;
  const changes = listenLocally(option, start, start + match[2]!.length);
  const range = option.argument!.place(0, match[0].length);
  reportOpen(context, `-${option.name}`, spanOf(option.uri, range), option, changes);
}

/** A -chardev that a -mon makes a monitor of. */
function checkChardev(context: QemuContext, option: Option): void {
  const id = option.value('id');
  if (option.open || !isKnown(option.head) || option.head.value !== 'socket' || !isKnown(id)) return;
  const monitor = optionsNamed(context.line, 'mon').find((mon) => {
    const chardev = mon.value('chardev');
    return isKnown(chardev) && chardev.value === id.value;
  });
  const server = option.value('server');
  const host = option.value('host');
  if (
    !monitor ||
    option.find('tls-creds') ||
    !option.find('port') ||
    !isKnown(server) ||
    server.value !== 'on'
  )
    return;
  if (host.state === 'unknown' || (isKnown(host) && !isEveryInterface(host.value))) return;
  const at = isKnown(host) ? host.span : option.find('port')!.span;
  reportOpen(context, '-mon', at, option, [{ op: 'set-property', option, key: 'host', text: '127.0.0.1' }]);
}

function reportOpen(
  { report }: QemuContext,
  name: string,
  at: Span,
  option: Option,
  changes: Fix['changes'],
): void {
  report({
    message:
      `${name} waits for connections on every interface and asks no one who they are: whoever can reach the port can ` +
      "stop the guest, read its memory, and attach any of the host's files that QEMU may open.",
    at,
    about: option,
    fixes:
      changes.length === 0 ? [] : [{ title: 'Wait on 127.0.0.1 only', applicability: 'suggestion', changes }],
  });
}
