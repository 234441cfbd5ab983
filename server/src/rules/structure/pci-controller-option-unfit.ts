import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
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

/** The QEMU device of each model; the first is the one that libvirt takes where none is said. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'pcie-root-port': ['pcie-root-port', 'ioh3420'],
  'pcie-switch-upstream-port': ['x3130-upstream'],
  'pcie-switch-downstream-port': ['xio3130-downstream'],
  'pcie-expander-bus': ['pxb-pcie'],
  'pci-expander-bus': ['pxb'],
  'pci-bridge': ['pci-bridge'],
  'dmi-to-pci-bridge': ['i82801b11-bridge'],
  'pcie-to-pci-bridge': ['pcie-pci-bridge'],
  'pcie-root': ['none'],
};

const PORTS = ['pcie-root-port', 'pcie-switch-downstream-port'];

/** Which models take an attribute of <target>, what libvirt calls it, and its range. Of busNr= pxb-bus-nr-range speaks. */
const OPTIONS: readonly {
  readonly name: string;
  readonly called: string;
  readonly models: readonly string[];
  readonly range?: readonly [number, number];
}[] = [
  { name: 'chassisNr', called: 'chassisNr', models: ['pci-bridge'], range: [1, 255] },
  { name: 'chassis', called: 'chassis', models: PORTS, range: [0, 255] },
  { name: 'port', called: 'port', models: PORTS, range: [0, 255] },
  { name: 'index', called: 'targetIndex', models: [] },
  { name: 'hotplug', called: 'hotplug', models: [...PORTS, 'pci-root'] },
];

export default defineRule({
  name: 'pci-controller-option-unfit',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'A PCI controller has an option that its model does not have, or a number beyond its range.',
  explains: [
    'invalid-value',
    'ignored-attribute',
    'ignored-element',
    'unreadable-number',
    'pci-controller-unfit',
    'root-port-chassis-slot-dup',
  ],
  sources: [
    {
      title: "libvirt: Option '…' is not valid for PCI controller",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefControllerPCI',
    },
    {
      title: "libvirt: PCI controller chassisNr '…' out of range",
      ref: 'src/conf/domain_validate.c: virDomainControllerDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const controller of controllersOf(context.domain, 'pci')) {
      const model = word(controller, 'model');
      const refusals =
        model === undefined
          ? modelless(controller, context)
          : [...optionsOf(controller, model), ...nameOf(controller, model)];
      for (const refusal of refusals) tellRefusal(context, refusal);
    }
  },
});

/** The first is the root of the machine; of others libvirt does not know what they are. */
function* modelless(controller: XmlElement, { guest }: LibvirtContext): Generator<Refusal> {
  const index = parseLibvirtNumber(word(controller, 'index') ?? '');
  const family = effective(guest.machine.type)?.family;
  const isOpen = attribute(controller, 'model') !== undefined || controller.openTag;
  if (!index || isOpen || (family !== 'q35' && family !== 'i440fx')) return;
  yield {
    fact: `There are many kinds of PCI controllers, and the one with index ${index} does not say which it is`,
    words: 'PCI controller model was not set correctly',
    element: controller,
    fixes: [
      writeAttribute(controller, 'model', family === 'q35' ? 'pcie-root-port' : 'pci-bridge'),
      removeElement(controller),
    ],
  };
}

function* optionsOf(controller: XmlElement, model: string): Generator<Refusal> {
  const target = child(controller, 'target');
  // On POWER a pci-root is a host bridge, of which there are several.
  if (model === 'pci-root') return;
  const modelName = word(child(controller, 'model'), 'name') ?? NAMES[model]?.[0];
  if (!target || modelName === undefined) return;
  for (const { name, called, models, range } of OPTIONS) {
    const text = word(target, name);
    if (text === undefined) continue;
    const number = parseLibvirtNumber(text);
    const index = word(controller, 'index') ?? '0';
    const at = { element: target, attribute: name, fixes: [removeAttribute(target, name)] };
    if (range && number === undefined) {
      yield {
        fact: `'${text}' is no number`,
        words: `Invalid value for attribute '${name}' in element 'target': '${text}'. Expected integer value`,
        ...at,
      };
    } else if (range && number !== undefined && (number < range[0] || number > range[1])) {
      yield {
        fact: `${name}= goes from ${range[0]} to ${range[1]}`,
        words: `PCI controller ${called} '${number}' out of range - must be ${range[0]}-${range[1]}`,
        ...at,
      };
    } else if (!models.includes(model)) {
      yield {
        fact: `A ${model} has no ${name}=`,
        words: `Option '${called}' is not valid for PCI controller with index '${index}', model '${model}' and modelName '${modelName}'`,
        ...at,
      };
    }
  }
}

function* nameOf(controller: XmlElement, model: string): Generator<Refusal> {
  const element = child(controller, 'model');
  const name = word(element, 'name');
  const names = NAMES[model];
  if (!element || name === undefined || !names || names.includes(name) || !attribute(element, 'name')) return;
  const index = word(controller, 'index') ?? '0';
  const isRoot = model === 'pcie-root';
  yield {
    fact: isRoot
      ? 'The root is a part of the machine, and no device with a name'
      : `A ${model} is a ${names.join(' or ')}, and no ${name}`,
    words: `Option 'modelName' ${isRoot ? 'is not valid' : 'has invalid value'} for PCI controller with index '${index}', model '${model}' and modelName '${name}'`,
    element,
    attribute: 'name',
    fixes: [removeElement(element, 'Remove the name: libvirt knows it')],
  };
}
