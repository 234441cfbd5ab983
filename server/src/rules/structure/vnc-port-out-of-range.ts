import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { attribute, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeAttribute, tellRefusal, word, writeAttribute } from '../refusal.ts';

const LEAST = 5900;
const MOST = 65_535;

export default defineRule({
  name: 'vnc-port-out-of-range',
  reads: 'libvirt',
  concerns: ['graphics'],
  topic: 'structure',
  severity: 'error',
  summary: 'A VNC display is to listen on a port that VNC has no display number for, or on none.',
  explains: ['invalid-value', 'graphics-port-and-autoport'],
  sources: [
    {
      title: 'libvirt: vnc port must be in range [5900,65535]',
      ref: 'src/qemu/qemu_command.c: qemuBuildGraphicsVNCCommandLine',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const graphics of devicesOf(context.domain, 'graphics')) {
      if (word(graphics, 'type') !== 'vnc' || !listensOnPort(graphics)) continue;
      const autoport = attribute(graphics, 'autoport');
      const port = attribute(graphics, 'port');
      // Of one that is chosen when the guest starts the number does not count.
      if (autoport && word(graphics, 'autoport') !== 'no') continue;
      if (!port && !autoport) continue;
      const text = port ? word(graphics, 'port') : undefined;
      const number = text === undefined ? undefined : numberIn(text);
      if (port && (number === undefined || (number === -1 && !autoport))) continue;
      if (number !== undefined && number >= LEAST && number <= MOST) continue;
      tellRefusal(context, {
        fact:
          number === undefined
            ? 'The display is to choose no port by itself, and has none'
            : `The displays of VNC are on the ports from ${LEAST} on, and this says ${number}`,
        words: `vnc port must be in range [${LEAST},${MOST}]`,
        element: graphics,
        attribute: port ? 'port' : 'autoport',
        fixes: [
          ...(number !== undefined && number >= 0 && number < 100
            ? [writeAttribute(graphics, 'port', String(LEAST + number))]
            : []),
          autoport
            ? writeAttribute(graphics, 'autoport', 'yes', 'Let libvirt choose the port')
            : removeAttribute(graphics, 'port'),
        ],
      });
    }
  },
});

const numberIn = (text: string): number | undefined =>
  /^\s*-\d+\s*$/.test(text) ? Number(text) : parseLibvirtNumber(text);

/** Neither on a socket nor nowhere. */
const listensOnPort = (graphics: XmlElement): boolean =>
  !attribute(graphics, 'socket') &&
  children(graphics, 'listen').every((listen) => /^(?:address|network)$/.test(word(listen, 'type') ?? ''));
