import { CONTROLLER_MODELS, DEFAULT_CONTROLLER } from '../../catalogue/controllerModels.ts';
import { effective } from '../../guest/value.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  devicesOf,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

export default defineRule({
  name: 'controller-model-unfit',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'A controller is of a model that there is none of for its type.',
  explains: ['invalid-value', 'ignored-attribute', 'drive-address-unfit'],
  sources: [
    {
      title: 'libvirt: Only a single IDE controller is supported for this machine type',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefControllerIDE, …ControllerSCSI',
    },
    {
      title: "libvirt: Unknown model type '…'",
      ref: 'src/conf/domain_conf.c: virDomainControllerDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const controllers = devicesOf(context.domain, 'controller');
    for (const controller of controllers) {
      const written = word(controller, 'type');
      if (written === undefined && attribute(controller, 'type')) continue;
      const type = written ?? DEFAULT_CONTROLLER;
      const model = word(controller, 'model');
      const models = CONTROLLER_MODELS[type];
      // One that was meant to be of another type is no such controller too many.
      const absent = written === undefined && model ? undefined : absentOn(context, controller, controllers);
      if (absent) tellRefusal(context, absent);
      if (!models || !model || models.has(model)) continue;
      const meant = mostSimilar(model, models);
      const meantType = written === undefined ? typeOf(model) : undefined;
      tellRefusal(context, {
        fact:
          written === undefined
            ? `Without type= this is an ${type} controller, and none of these is a ${model}`
            : `There is no controller of type ${type} and model ${model}`,
        words: `Unknown model type '${model}'`,
        element: controller,
        attribute: 'model',
        fixes: [
          ...(meantType === undefined ? [] : [writeAttribute(controller, 'type', meantType)]),
          ...(meant === undefined ? [] : [writeAttribute(controller, 'model', meant)]),
          ...(type === 'pci' ? [] : [removeAttribute(controller, 'model')]),
        ],
      });
    }
  },
});

/** The one type that has such a model. */
const typeOf = (model: string): string | undefined =>
  Object.keys(CONTROLLER_MODELS).find((type) => CONTROLLER_MODELS[type]!.has(model));

/** Models that are part of other machines, or of none that QEMU has. */
function absentOn(
  { guest }: LibvirtContext,
  controller: XmlElement,
  all: readonly XmlElement[],
): Refusal | undefined {
  const type = attribute(controller, 'type') ? word(controller, 'type') : DEFAULT_CONTROLLER;
  if (type !== 'scsi' && type !== 'ide') return undefined;
  const machine = effective(guest.machine.type);
  const model = word(controller, 'model');
  if (type === 'scsi' && model === 'buslogic') {
    return {
      fact: 'QEMU has no SCSI controller of the model buslogic',
      words: 'Unsupported controller model: buslogic',
      element: controller,
      attribute: 'model',
      fixes: [
        writeAttribute(controller, 'model', 'virtio-scsi'),
        writeAttribute(controller, 'model', 'lsilogic'),
      ],
    };
  }
  if (!machine || (machine.family !== 'q35' && machine.family !== 'i440fx')) return undefined;
  if (type === 'scsi' && model === 'ncr53c90') {
    return {
      fact: `The SCSI controller ncr53c90 is a part of other machines, and not of ${machine.name}`,
      words: 'ncr53c90 SCSI controller is not a built-in for this machine',
      element: controller,
      attribute: 'model',
      fixes: [writeAttribute(controller, 'model', 'virtio-scsi')],
    };
  }
  if (type !== 'ide') return undefined;
  // One without an index takes the first that is free.
  const others = all.filter((other) => other !== controller && isIde(other));
  const isSecond = others.some(
    (other) => word(other, 'index') === '0' || all.indexOf(other) < all.indexOf(controller),
  );
  const index = attribute(controller, 'index') ? Number(word(controller, 'index')) : isSecond ? 1 : 0;
  if (machine.family === 'i440fx' && !(index > 0)) return undefined;
  return {
    fact:
      machine.family === 'q35'
        ? `${machine.name} has no IDE`
        : `${machine.name} has one IDE controller, and this is another`,
    words:
      machine.family === 'q35'
        ? 'IDE controllers are unsupported for this QEMU binary or machine type'
        : 'Only a single IDE controller is supported for this machine type',
    element: controller,
    fixes: [removeElement(controller)],
  };
}

const isIde = (controller: XmlElement): boolean =>
  attribute(controller, 'type')
    ? word(controller, 'type') === 'ide'
    : attribute(controller, 'model') === undefined;
