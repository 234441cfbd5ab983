import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { UNKNOWN } from '../../dialects/qemu/word.ts';
import { defineRule } from '../define.ts';
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
  check({ line, report }) {
    for (const option of optionsNamed(line, 'netdev', 'nic', 'net')) {
      const open = option.all('hostfwd').flatMap((property) => openForward(option, property) ?? []);
      const [first, ...others] = open;
      if (!first) continue;
      const also =
        others.length === 0 ? '' : `, and ${others.length} more ${others.length === 1 ? 'does' : 'do'} so`;
      const changes = open.flatMap((each) => each.changes);
      report({
        message: `${first.leads} on every interface${also}: whoever can reach the host can reach the guest.`,
        at: first.property.span,
        about: first.property,
        related: others.map(({ property, leads }) => ({ span: property.span, message: `${leads}.` })),
        fixes:
          changes.length === 0
            ? []
            : [
                {
                  title: `Forward ${others.length === 0 ? 'it' : 'them'} on 127.0.0.1 only`,
                  applicability: 'suggestion',
                  changes,
                },
              ],
      });
    }
  },
});

/** `[tcp|udp]:[host]:port-[guest]:port`, of which only the host must be known. */
const FORWARD = /^(tcp|udp|):(\[[^\]]*\]|[^:]*):([^-]*)(?:-[^:]*:(.*))?$/;

/** A port that is open on every interface. */
interface OpenForward {
  readonly property: Property;
  /** From where to where, as a sentence begins. */
  readonly leads: string;
  readonly changes: readonly Change[];
}

function openForward(option: Option, property: Property): OpenForward | undefined {
  const { form, valueStart, valueEnd } = property.text;
  const match = FORWARD.exec(option.argument?.text.slice(valueStart, valueEnd) ?? '');
  if (form !== 'keyval' || !match || !isEveryInterface(match[2]!)) return undefined;
  const [, protocol, host, from, to] = match;
  const start = valueStart + protocol!.length + 1;
  return {
    property,
    leads: `${port((protocol || 'tcp').toUpperCase(), from)} of the host leads to ${port('', to)} of the guest`,
    changes: listenLocally(option, start, start + host!.length),
  };
}

/** Port 0 of the host is one that Linux picks. */
const port = (protocol: string, number: string | undefined): string =>
  number && number !== '0' && !number.includes(UNKNOWN)
    ? `${protocol} port ${number}`.trim()
    : protocol
      ? `A ${protocol} port`
      : 'a port';
