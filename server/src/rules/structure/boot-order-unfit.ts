import { child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { allDevicesOf, type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'boot-order-unfit',
  reads: 'libvirt',
  concerns: ['boot'],
  topic: 'structure',
  severity: 'error',
  summary: 'What the guest boots from first is said twice.',
  explains: ['invalid-value', 'unreadable-number'],
  sources: [
    {
      title: 'libvirt: per-device boot elements cannot be used together with os/boot elements',
      ref: 'src/conf/domain_postparse.c: virDomainDefBootPostParse',
    },
    {
      title: "libvirt: boot order '…' used for more than one device",
      ref: 'src/conf/domain_postparse.c: virDomainDefCollectBootOrder',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    // Of several in one device libvirt reads the first.
    const boots: XmlElement[] = [];
    for (const device of allDevicesOf(domain)) {
      const boot = child(device, 'boot');
      if (boot) boots.push(boot);
    }
    const [first] = boots;
    if (!first) return;
    const os = child(domain, 'os');
    for (const boot of os ? children(os, 'boot') : []) tellRefusal(context, besideDevice(boot, first));
    for (const refusal of repetitions(boots)) tellRefusal(context, refusal);
  },
});

const besideDevice = (boot: XmlElement, first: XmlElement): Refusal => ({
  fact: 'A kind of device is to be booted from here, and a single one elsewhere',
  words: 'per-device boot elements cannot be used together with os/boot elements',
  element: boot,
  beside: { element: first, message: 'A single device.' },
  fixes: [removeElement(boot)],
});

function* repetitions(boots: readonly XmlElement[]): Generator<Refusal> {
  const seen = new Map<number, XmlElement>();
  const orders = boots.map((boot) => Number(word(boot, 'order')));
  const next = Math.max(0, ...orders.filter((order) => order > 0)) + 1;
  for (const boot of boots) {
    const text = word(boot, 'order');
    if (text === undefined || !/^\s*\+?\d+$/.test(text)) continue;
    const order = Number(text);
    const first = seen.get(order);
    const fixes = [writeAttribute(boot, 'order', String(next)), removeElement(boot)];
    if (order === 0) {
      yield {
        fact: 'The first device to boot from has order 1',
        words: "Invalid value for attribute 'order' in element 'boot': Zero is not permitted",
        element: boot,
        attribute: 'order',
        fixes,
      };
    } else if (!first) seen.set(order, boot);
    else {
      yield {
        fact: `Two devices are to be booted from as number ${order}`,
        words: `boot order '${order}' used for more than one device`,
        element: boot,
        attribute: 'order',
        beside: { element: first, message: 'The other one.' },
        fixes,
      };
    }
  }
}
