import { effective } from '../../guest/value.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { at, devicesOf, type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

/** Who makes consoles of serial ports; containers have consoles of their own. */
const EMULATORS = new Set(['qemu', 'kvm', 'hvf']);

export default defineRule({
  name: 'serial-port-twice',
  reads: 'libvirt',
  concerns: ['console', 'serial'],
  topic: 'structure',
  severity: 'error',
  summary: 'Two consoles are serial ports, or two serial ports have one number.',
  sources: [
    {
      title: 'libvirt: Only the first console can be a serial port',
      ref: 'src/conf/domain_validate.c: virDomainDefValidateInternal; src/conf/domain_conf.c: virDomainDefAddConsoleCompat',
    },
    {
      title: "libvirt: target port '…' already allocated",
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainAssignISASerialPort',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const refusal of [...consoles(context), ...ports(context)]) tellRefusal(context, refusal);
  },
});

function* consoles({ domain, guest }: LibvirtContext): Generator<Refusal> {
  const arch = effective(guest.machine.arch);
  if (!EMULATORS.has(word(domain, 'type') ?? '') || arch === undefined || arch.startsWith('s390')) return;
  const [first, ...more] = devicesOf(domain, 'console');
  for (const console of more) {
    const target = at(console, 'target');
    if (!isSerial(target)) continue;
    yield {
      fact: 'The first <console> stands for the first serial port, and no other <console> can be one',
      words: 'Only the first console can be a serial port',
      element: target && attribute(target, 'type') ? target : console,
      ...(target && attribute(target, 'type') ? { attribute: 'type' } : {}),
      beside: { element: first!, message: 'The first one.' },
      fixes: [
        removeElement(console),
        ...(target ? [writeAttribute(target, 'type', 'virtio', 'Make it a console of virtio')] : []),
      ],
    };
  }
}

/** Without a word a console is a serial port. */
const isSerial = (target: XmlElement | undefined): boolean =>
  !target || !attribute(target, 'type') ? !target?.openTag : word(target, 'type') === 'serial';

/** On ISA each port is at an address that its number stands for. */
function* ports({ domain }: LibvirtContext): Generator<Refusal> {
  const seen = new Map<string, XmlElement>();
  for (const serial of devicesOf(domain, 'serial')) {
    const target = at(serial, 'target');
    const port = word(target, 'port');
    if (!target || word(target, 'type') !== 'isa-serial' || port === undefined || !/^\d+$/.test(port))
      continue;
    const first = seen.get(port);
    if (!first) {
      seen.set(port, serial);
      continue;
    }
    yield {
      fact: `Two serial ports are number ${port}`,
      words: `target port '${port}' already allocated`,
      element: target,
      attribute: 'port',
      beside: { element: first, message: 'The first one.' },
      fixes: [freed(target, seen), removeElement(serial)],
    };
  }
}

const freed = (target: XmlElement, taken: ReadonlyMap<string, XmlElement>) => {
  let port = 0;
  while (taken.has(String(port))) port += 1;
  return writeAttribute(target, 'port', String(port));
};
