import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { at, devicesOf, lacks, type Refusal, tellRefusal, word, writeAttribute } from '../refusal.ts';

/** What the source of each type has to say, on the <source> of a mode where it hangs on that. */
const WANTED: readonly { readonly type: string; readonly mode?: string; readonly name: string }[] = [
  { type: 'unix', name: 'path' },
  { type: 'file', name: 'path' },
  { type: 'dev', name: 'path' },
  { type: 'pipe', name: 'path' },
  { type: 'tcp', name: 'host' },
  { type: 'tcp', name: 'service' },
  { type: 'udp', mode: 'connect', name: 'service' },
];

const DEVICES = new Set(['serial', 'parallel', 'console', 'channel', 'smartcard', 'redirdev']);

export default defineRule({
  name: 'character-device-unfit',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A serial port, channel or source of random numbers does not say where its data goes.',
  explains: ['required-part-missing', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: Missing source path attribute for char device',
      ref: 'src/conf/domain_validate.c: virDomainChrSourceDefValidate',
    },
    {
      title: "libvirt: chardev reconnect source timeout cannot be '0'",
      ref: 'src/conf/domain_conf.c: virDomainChrSourceReconnectDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const devices = children(context.domain, 'devices').flatMap(childElements);
    const ports = devices.filter(({ name }) => DEVICES.has(name.text));
    const backends = devicesOf(context.domain, 'rng').flatMap((rng) => at(rng, 'backend') ?? []);
    for (const device of [...ports, ...backends]) {
      for (const of of [missingOf, reconnectOf]) {
        const refusal = of(device);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

/** libvirt finds a path by itself for the channel of an agent. */
const hasOwnPath = (device: XmlElement): boolean =>
  device.name.text === 'channel' && word(at(device, 'target'), 'type') === 'virtio';

function missingOf(device: XmlElement): Refusal | undefined {
  const type = word(device, 'type');
  const sources = children(device, 'source');
  if (type === undefined || mayGainChildren(device)) return undefined;
  for (const { type: of, mode, name } of WANTED) {
    if (of !== type || (type === 'unix' && hasOwnPath(device))) continue;
    const own = sources.filter((source) => mode === undefined || word(source, 'mode') === mode);
    if (own.some((source) => !lacks(source, name)) || (mode !== undefined && own.length === 0)) continue;
    // The schema says of a path that is empty what there is to say.
    return {
      fact: `A ${device.name.text === 'backend' ? 'source of random numbers' : `<${device.name.text}>`} of type ${type} has no ${name}=`,
      words: `Missing source ${name} attribute for char device`,
      element: own[0] ?? device,
    };
  }
  return undefined;
}

function reconnectOf(device: XmlElement): Refusal | undefined {
  const reconnect = at(device, 'source/reconnect');
  const timeout = word(reconnect, 'timeout');
  if (!reconnect || word(reconnect, 'enabled') !== 'yes' || timeout === undefined || Number(timeout) !== 0)
    return undefined;
  return {
    fact: 'To connect again after no time at all is not possible',
    words: "chardev reconnect source timeout cannot be '0'",
    element: reconnect,
    attribute: 'timeout',
    fixes: [writeAttribute(reconnect, 'timeout', '1')],
  };
}
