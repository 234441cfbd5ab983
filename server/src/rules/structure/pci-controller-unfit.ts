import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { machineTaken } from '../../guest/machine.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';
import { controllersOf } from './controllers.ts';

/** Bus numbers 1 to 255 are there for controllers beside the root. */
const MOST_CONTROLLERS = 255;

/** Root ports of one bus: 30 slots of eight functions, since the first and the last are of the machine. */
const MOST_ROOT_PORTS = 30 * 8;

export default defineRule({
  name: 'pci-controller-unfit',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'A PCI controller has an index, a model or a place that the machine has no room for.',
  explains: ['pci-address-conflict', 'controller-index-missing', 'switch-port-misplaced'],
  sources: [
    {
      title: 'libvirt: pci-root and pcie-root controllers should have index 0',
      ref: 'src/conf/domain_conf.c: virDomainControllerDefParseXML',
    },
    {
      title: "libvirt: The PCI controller with index='0' must be model='pcie-root' for this machine type",
      ref: 'src/qemu/qemu_domain_address.c: qemuDomainAssignPCIAddresses',
    },
    {
      title: 'libvirt: It requires a controller that accepts a dmi-to-pci-bridge',
      ref: 'src/conf/domain_addr.c: virDomainPCIAddressFlagsCompatible',
    },
  ],
  since: '0.1.0',
  check(context) {
    const controllers = controllersOf(context.domain, 'pci');
    if (controllers.length === 0) return;
    for (const of of [roots, targets, tooMany, bridges]) {
      for (const refusal of of(controllers, context)) tellRefusal(context, refusal);
    }
  },
});

const indexOf = (controller: XmlElement): number | undefined =>
  parseLibvirtNumber(word(controller, 'index') ?? '');

const isRoot = (controller: XmlElement): boolean => /^pcie?-root$/.test(word(controller, 'model') ?? '');

function* roots(controllers: readonly XmlElement[], { guest }: LibvirtContext): Generator<Refusal> {
  const type = machineTaken(guest.machine);
  const wanted =
    type?.family === 'q35' || type?.family === 'virt'
      ? 'pcie-root'
      : type?.family === 'i440fx'
        ? 'pci-root'
        : undefined;
  for (const controller of controllers) {
    const index = indexOf(controller);
    const model = word(controller, 'model');
    // On POWER every host bridge is such a root.
    if (isRoot(controller) && wanted !== undefined && index !== undefined && index !== 0) {
      yield {
        fact: `A ${model} is the root of the machine, which has index 0`,
        words: 'pci-root and pcie-root controllers should have index 0',
        element: controller,
        attribute: 'index',
        fixes: [writeAttribute(controller, 'index', '0'), removeElement(controller)],
      };
    }
    const isSilent = attribute(controller, 'model') === undefined;
    if (wanted !== undefined && isSilent && (index ?? firstFree(controllers)) === 0) {
      yield withoutModel(controller, wanted);
      continue;
    }
    if (index !== 0 || wanted === undefined || model === undefined || model === wanted) continue;
    yield {
      fact: `The root of ${type!.name} is a ${wanted}, and index 0 is said to be a ${model}`,
      words: `The PCI controller with index='0' must be model='${wanted}' for this machine type, but model='${model}' was found instead`,
      element: controller,
      attribute: 'model',
      fixes: [
        ...(isRoot(controller) ? [writeAttribute(controller, 'model', wanted)] : []),
        removeElement(controller),
      ],
    };
  }
}

/** A controller without an index takes the first that is free. */
const firstFree = (controllers: readonly XmlElement[]): number =>
  controllers.some((controller) => indexOf(controller) === 0) ? 1 : 0;

/** Of others that are silent pci-controller-option-unfit speaks. */
const withoutModel = (controller: XmlElement, root: string): Refusal => ({
  fact: 'A PCI controller says by model= what it is, and this one does not',
  words: `The PCI controller with index='0' must be model='${root}' for this machine type, but model='(null)' was found instead`,
  element: controller,
  fixes: [writeAttribute(controller, 'model', root), removeElement(controller)],
});

/** Host bridges of POWER have a number of their own, of which the first is the first. */
function* targets(controllers: readonly XmlElement[]): Generator<Refusal> {
  for (const controller of controllers) {
    const target = child(controller, 'target');
    const index = indexOf(controller);
    const number = parseLibvirtNumber(word(target, 'index') ?? '');
    if (!target || index === undefined || number === undefined || (index === 0) === (number === 0)) continue;
    yield {
      fact: `The first host bridge has number 0, and the one with index ${index} asks for ${number}`,
      words: 'Only the PCI controller with index 0 can have target index 0, and vice versa',
      element: target,
      attribute: 'index',
      fixes: [writeAttribute(target, 'index', String(index))],
    };
  }
}

function* tooMany(controllers: readonly XmlElement[], { domain, guest }: LibvirtContext): Generator<Refusal> {
  const family = effective(guest.machine.type)?.family;
  if (family !== 'q35' && family !== 'virt') return;
  if (children(domain, 'devices').some(mayGainChildren)) return;
  const ports = controllers.filter(
    (controller) => word(controller, 'model') === 'pcie-root-port' && !child(controller, 'address'),
  );
  const expanders = controllers.some((controller) => word(controller, 'model') === 'pcie-expander-bus');
  const late = expanders ? ports[MOST_CONTROLLERS] : ports[MOST_ROOT_PORTS];
  if (!late) return;
  yield {
    fact: `${ports.length} root ports do not find room on one bus, which has ${MOST_ROOT_PORTS} places at most`,
    words:
      "a PCI slot is needed to connect a PCI controller model='pcie-root-port', but none is available, and it cannot be automatically added",
    element: late,
    attribute: 'model',
    fixes: [removeElement(late)],
  };
}

/** A bridge to PCI is a part of the root itself. */
function* bridges(controllers: readonly XmlElement[]): Generator<Refusal> {
  for (const controller of controllers) {
    const address = child(controller, 'address');
    const bus = parseLibvirtNumber(word(address, 'bus') ?? '');
    if (
      !address ||
      bus === undefined ||
      word(controller, 'model') !== 'dmi-to-pci-bridge' ||
      bus === indexOf(controller)
    )
      continue;
    const parent = controllers.find((other) => indexOf(other) === bus);
    const model = parent && word(parent, 'model');
    if (model === undefined || model === 'pcie-root' || model === 'pcie-expander-bus') continue;
    const hex = (name: string): string =>
      (parseLibvirtNumber(word(address, name) ?? '0') ?? 0).toString(16).padStart(2, '0');
    yield {
      fact: `A dmi-to-pci-bridge sits on the root bus, and controller ${bus} is a ${model}`,
      words:
        `The device at PCI address 0000:${hex('bus')}:${hex('slot')}.${Number.parseInt(hex('function'), 16)} cannot be plugged into the ` +
        `PCI controller with index='${bus}'. It requires a controller that accepts a dmi-to-pci-bridge.`,
      element: address,
      attribute: 'bus',
      fixes: [removeElement(address, 'Leave the address to libvirt')],
    };
  }
}
