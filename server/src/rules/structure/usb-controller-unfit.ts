import { XHCI } from '../../catalogue/usbPorts.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import type { Guest } from '../../guest/guest.ts';
import { atLeast, type Target, type Version } from '../../guest/target.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { controllersOf } from './controllers.ts';

/** The version that was asked. */
const ASKED: Version = [9, 0];

/** What a PC has where no model is named. */
const UNSAID = 'piix3-uhci';

/** Halves of a controller of USB 2, which serve its slow devices. */
const COMPANIONS = new Set(['ich9-uhci1', 'ich9-uhci2', 'ich9-uhci3']);

export default defineRule({
  name: 'usb-controller-unfit',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary:
    'A USB controller has a number of ports that its model does not take, or lacks the one that it belongs to.',
  explains: ['ignored-attribute', 'ignored-element'],
  sources: [
    {
      title: "libvirt: usb controller type '…' doesn't support 'ports' with this QEMU binary",
      ref: 'src/qemu/qemu_command.c: qemuBuildUSBControllerDevProps',
    },
    {
      title: 'libvirt: masterbus not found',
      ref: 'src/qemu/qemu_command.c: qemuBuildUSBControllerFindMasterAlias',
    },
  ],
  since: '0.1.0',
  check(context) {
    const controllers = controllersOf(context.domain, 'usb');
    for (const refusal of besideNone(controllers)) tellRefusal(context, refusal);
    for (const controller of controllers) {
      const refusal = portsOf(controller, context) ?? masterOf(controller, controllers, context);
      if (refusal) tellRefusal(context, refusal);
    }
  },
});

/** The model none says that the guest has no USB at all. */
function* besideNone(controllers: readonly XmlElement[]): Generator<Refusal> {
  const none = controllers.find((controller) => word(controller, 'model') === 'none');
  for (const controller of none ? controllers : []) {
    const model = word(controller, 'model');
    if (model === 'none' || (model === undefined && attribute(controller, 'model'))) continue;
    yield {
      fact: 'The guest has no USB, and a USB controller',
      words: "Can't add another USB controller: USB is disabled for this domain",
      element: controller,
      beside: { element: none!, message: 'This one says so.' },
      fixes: [removeElement(controller), removeElement(none!, 'Remove the <controller> of the model none')],
    };
  }
}

/** Whether what is taken where nothing is said is certainly UHCI: later versions may choose otherwise on q35. */
function hasUhci({ machine }: Guest, { libvirt }: Target): boolean {
  const family = effective(machine.type)?.family;
  return family === 'i440fx' || (family === 'q35' && libvirt !== undefined && atLeast(ASKED, libvirt));
}

/** Only those of USB 3 are made with as many ports as one likes. */
function portsOf(controller: XmlElement, { guest, target }: LibvirtContext): Refusal | undefined {
  const ports = word(controller, 'ports');
  const isSilent = !attribute(controller, 'model') && !controller.openTag && hasUhci(guest, target);
  const model = word(controller, 'model') ?? (isSilent ? UNSAID : undefined);
  if (ports === undefined || model === undefined || XHCI.has(model) || model === 'none') return undefined;
  return {
    fact: isSilent
      ? `Without a model a PC has a ${UNSAID} for USB, and how many ports that has, nobody chooses`
      : `How many ports ${model} has, nobody chooses`,
    words: `usb controller type '${model}' doesn't support 'ports' with this QEMU binary`,
    element: controller,
    attribute: 'ports',
    fixes: [writeAttribute(controller, 'model', 'qemu-xhci'), removeAttribute(controller, 'ports')],
  };
}

/** A companion has the index of the controller that it serves. */
function masterOf(
  controller: XmlElement,
  all: readonly XmlElement[],
  { domain }: LibvirtContext,
): Refusal | undefined {
  const isOpen =
    children(domain, 'devices').some(mayGainChildren) ||
    all.some(
      (each) =>
        each.openTag ||
        ['index', 'model'].some((name) => isPlaceholder(attribute(each, name)?.value?.text ?? '')),
    );
  if (isOpen || !COMPANIONS.has(word(controller, 'model') ?? '')) return undefined;
  if (all.every((each) => COMPANIONS.has(word(each, 'model') ?? ''))) {
    return {
      fact: `${word(controller, 'model')} is a part of a controller of USB 2, and there is none`,
      words: 'No master USB controller specified',
      element: controller,
      attribute: 'model',
      fixes: [removeElement(controller)],
    };
  }
  const index = word(controller, 'index');
  if (index === undefined || !child(controller, 'master')) return undefined;
  const served = all.some((each) => !child(each, 'master') && Number(word(each, 'index')) === Number(index));
  if (served) return undefined;
  return {
    fact: `${word(controller, 'model')} serves the USB controller of its own index, and none has index ${index}`,
    words: 'masterbus not found',
    element: controller,
    attribute: 'index',
    fixes: [removeElement(controller)],
  };
}
