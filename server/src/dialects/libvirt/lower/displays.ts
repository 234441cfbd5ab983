import type { Collection } from '../../../guest/collection.ts';
import type { Display } from '../../../guest/display.ts';
import { absent, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { attribute, child, children, childrenOf } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { mayGainChildren } from '../templates.ts';
import type { Reader } from '../values.ts';
import type { Sources } from './sources.ts';

/** `<graphics>` of VNC and SPICE; without an address they take the one in qemu.conf. */
export function lowerDisplays(reader: Reader, domain: XmlElement, sources: Sources): Collection<Display> {
  const devices = children(domain, 'devices');
  const items: Display[] = [];
  for (const element of childrenOf(devices, 'graphics')) {
    const protocol = attribute(element, 'type')?.value?.text;
    if (protocol !== 'vnc' && protocol !== 'spice') continue;
    // A socket counts more than any <listen> (src/conf/domain_conf.c: virDomainGraphicsListensParseXML).
    if (attribute(element, 'socket')) continue;
    const display: Display = {
      kind: 'display',
      protocol,
      span: reader.span(element),
      label: reader.label(element),
      address: addressOf(reader, element),
      guarded: guardOf(reader, element),
    };
    sources.set(display, element);
    items.push(display);
  }
  return {
    items,
    openedBy: [domain, ...devices].filter(mayGainChildren).map((element) => reader.label(element)),
  };
}

/** The attribute, else the first <listen>, with which it must agree; one of another type decides alone. */
function addressOf(reader: Reader, graphics: XmlElement): Value<string> {
  const first = child(graphics, 'listen');
  if (first && !listenOf(graphics)) return unknown('not-evaluated', reader.label(first));
  const own = reader.attribute(graphics, 'listen', graphics);
  return own.state === 'absent' ? reader.attribute(listenOf(graphics), 'address', graphics) : own;
}

/** The first <listen>, where it says an address. */
export function listenOf(graphics: XmlElement): XmlElement | undefined {
  const listen = child(graphics, 'listen');
  return listen && attribute(listen, 'type')?.value?.text === 'address' ? listen : undefined;
}

function guardOf(reader: Reader, graphics: XmlElement): Value<boolean> {
  const password = reader.attribute(graphics, 'passwd', graphics);
  return password.state === 'absent'
    ? absent(password.owner, false)
    : mapValue(password, (text) => text !== '');
}
