import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { UNKNOWN } from '../../dialects/qemu/word.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { isEveryInterface, listenLocally } from './listenAddress.ts';

export default defineRule({
  name: 'hostfwd-all-interfaces',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'warning',
  summary: 'A port of the host that leads into the guest is open on every interface.',
  sources: [
    { title: 'QEMU: hostfwd without a host address', ref: 'net/slirp.c: slirp_hostfwd; qemu-options.hx' },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of optionsNamed(context.line, 'netdev', 'nic', 'net')) {
      for (const property of option.all('hostfwd')) checkForward(context, option, property);
    }
  },
});

/** `[tcp|udp]:[host]:port-[guest]:port`, of which only the host must be known. */
const FORWARD = /^(tcp|udp|):(\[[^\]]*\]|[^:]*):([^-]*)(?:-[^:]*:(.*))?$/;

function checkForward({ report }: QemuContext, option: Option, property: Property): void {
  const { form, valueStart, valueEnd } = property.text;
  const match = FORWARD.exec(option.argument?.text.slice(valueStart, valueEnd) ?? '');
  if (form !== 'keyval' || !match || !isEveryInterface(match[2]!)) return;
  const [, protocol, host, from, to] = match;
  const start = valueStart + protocol!.length + 1;
  const changes = listenLocally(option, start, start + host!.length);
  report({
    message:
      `${port((protocol || 'tcp').toUpperCase(), from)} of the host leads to ${port('', to)} of the guest on every ` +
      'interface: whoever can reach the host can reach the guest.',
    at: property.span,
    about: property,
    fixes:
      changes.length === 0
        ? []
        : [{ title: 'Forward it on 127.0.0.1 only', applicability: 'suggestion', changes }],
  });
}

/** Port 0 of the host is one that Linux picks. */
const port = (protocol: string, number: string | undefined): string =>
  number && number !== '0' && !number.includes(UNKNOWN)
    ? `${protocol} port ${number}`.trim()
    : protocol
      ? `A ${protocol} port`
      : 'a port';
