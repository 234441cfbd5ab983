import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { isKnown } from '../../guest/value.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { makeIoThread, nameIoThreads } from '../pinning/ioThreads.ts';

export default defineRule({
  name: 'iothread-undefined',
  reads: 'libvirt',
  concerns: ['iothread'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk or controller names an I/O thread that it cannot have.',
  sources: [
    {
      title: 'libvirt: Disk iothread not defined in iothreadid',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefDiskIOThreads, qemuValidateCheckSCSIControllerIOThreads',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const devices of children(context.domain, 'devices')) {
      for (const disk of children(devices, 'disk')) checkDisk(context, disk);
      for (const controller of children(devices, 'controller')) checkController(context, controller);
    }
  },
});

const textOfAttribute = (element: XmlElement | undefined, name: string): string | undefined =>
  element && attribute(element, name)?.value?.text;

function checkDisk(context: LibvirtContext, disk: XmlElement): void {
  const driver = child(disk, 'driver');
  const target = child(disk, 'target');
  const bus = textOfAttribute(target, 'bus');
  const name = textOfAttribute(target, 'dev') ?? '';
  const isZero = textOfAttribute(driver, 'iothread') === '0';
  if (bus !== undefined && /^[a-z]+$/.test(bus) && bus !== 'virtio' && !isZero) {
    const refusal = `IOThreads not available for bus ${bus} target ${name}`;
    reportKind(context, driver, `A disk on ${bus} has no I/O thread`, refusal);
    return;
  }
  const zero = `Invalid value for attribute 'iothread' in element 'driver': Zero is not permitted`;
  checkNumber(context, driver, zero, (id) => `Disk iothread '${id}' not defined in iothreadid`);
}

/** Types of controllers that are served by the main loop. */
const OTHERS: ReadonlySet<string> = new Set(['virtio-serial', 'usb', 'sata', 'ide', 'fdc', 'pci', 'ccid']);

function checkController(context: LibvirtContext, controller: XmlElement): void {
  const driver = child(controller, 'driver');
  const type = textOfAttribute(controller, 'type');
  if (type !== undefined && OTHERS.has(type) && textOfAttribute(driver, 'iothread') !== '0') {
    const refusal = "'iothread' attribute only supported for virtio scsi controllers";
    reportKind(context, driver, `A controller of the type ${type} has no I/O thread`, refusal);
    return;
  }
  if (type !== 'scsi') return;
  const model = textOfAttribute(controller, 'model');
  // Models that libvirt has yet to choose, or a template, may be virtio.
  if (model === undefined || model === 'auto' || isPlaceholder(model)) return;
  if (!model.startsWith('virtio')) {
    const refusal = "'iothread' attribute only supported for virtio scsi controllers";
    reportKind(context, driver, `A SCSI controller of the model ${model} has no I/O thread`, refusal);
    return;
  }
  checkNumber(context, driver, undefined, (id) => `controller iothread '${id}' not defined in iothreadid`);
}

const removal = (driver: XmlElement): Fix => ({
  title: 'Let QEMU serve it without an I/O thread: remove iothread=',
  applicability: 'suggestion',
  changes: [{ op: 'remove-attribute', element: driver, name: 'iothread' }],
});

/** @param zero how libvirt refuses a 0; undefined where that means none. */
function checkNumber(
  context: LibvirtContext,
  driver: XmlElement | undefined,
  zero: string | undefined,
  refusalOf: (id: number) => string,
): void {
  const found = driver && attribute(driver, 'iothread');
  const { ioThreads } = context.guest.threads;
  if (!driver || !found?.value || !/^\d+$/.test(found.value.text)) return;
  const id = Number(found.value.text);
  const unknown = id > 0 && isKnown(ioThreads) && !ioThreads.value.has(id);
  const refusal = unknown ? refusalOf(id) : id === 0 ? zero : undefined;
  if (refusal === undefined) return;
  const fact = unknown
    ? `I/O thread ${id} is to serve this, but the guest ${nameIoThreads(context)}`
    : 'I/O threads count from 1';
  context.report({
    message: `${fact}: libvirt refuses the domain with "${refusal}".`,
    at: spanOf(context.guest.label.uri, found.value),
    about: driver,
    fixes: [...(unknown ? makeIoThread(context, id) : []), removal(driver)],
  });
}

function reportKind(
  { guest, report }: LibvirtContext,
  driver: XmlElement | undefined,
  fact: string,
  refusal: string,
): void {
  const found = driver && attribute(driver, 'iothread');
  if (!driver || !found?.value || !/^[1-9]\d*$/.test(found.value.text)) return;
  report({
    message: `${fact}: libvirt refuses the domain with "${refusal}".`,
    at: spanOf(guest.label.uri, found),
    about: driver,
    fixes: [removal(driver)],
  });
}
