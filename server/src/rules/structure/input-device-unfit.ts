import type { Version } from '../../guest/target.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  devicesOf,
  lacks,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { is, isNot, type Table, tellUnfit } from '../unfit.ts';

/** libvirt 9.0 passes over it; when it began to refuse it is only known to be before this version. */
const LOOKS_AT_SOURCE: Version = [12, 0];

const UNFIT: Table = () => [
  {
    path: '@bus',
    of: (bus) => bus !== 'virtio',
    when: is('@type', 'passthrough'),
    fact: 'A device of the host is passed through on virtio, and not on {value}',
    words: "only bus 'virtio' is supported for 'passthrough' input devices",
    instead: ['virtio'],
    removable: false,
  },
  {
    path: '@bus',
    of: (bus) => bus !== 'none',
    when: is('@type', 'evdev'),
    fact: 'What comes from an event device of the host goes to the keyboard and the mouse that there are, on no bus of its own',
    words: "input evdev doesn't support bus element",
  },
  {
    path: 'source@evdev',
    since: LOOKS_AT_SOURCE,
    when: isNot('@type', 'passthrough', 'evdev'),
    fact: 'A {@type} is made up by QEMU, and reads no device of the host',
    words: 'setting source evdev path only supported for passthrough input devices',
  },
];

export default defineRule({
  name: 'input-device-unfit',
  reads: 'libvirt',
  concerns: ['input'],
  topic: 'structure',
  severity: 'error',
  summary: 'A mouse, tablet or keyboard is on a bus, or of a model, that there is none of.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: ps2 bus does not support tablet input device',
      ref: 'src/conf/domain_conf.c: virDomainInputDefParseXML',
    },
    {
      title: 'libvirt: virtio (non-)transitional models are not supported for input type',
      ref: 'src/conf/domain_validate.c: virDomainInputDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const input of devicesOf(context.domain, 'input')) {
      tellUnfit(context, input, UNFIT);
      const refusal = modelOf(input) ?? busOf(input);
      if (refusal) tellRefusal(context, refusal);
      if (word(input, 'type') === 'evdev' && lacks(input, 'source')) tellNowhere(context, input);
    }
  },
});

/** libvirt defines the domain, and finds nothing to hand to QEMU when it is to start. */
function tellNowhere(context: LibvirtContext, input: XmlElement): void {
  const words = "argument key 'evdev' must not have null value";
  tellRefusal(
    context,
    { fact: '', words, element: input, fixes: [removeElement(input)] },
    {
      message: `Which event device of the host this reads, <source dev='/dev/input/…'/> says, and it is not there: libvirt does not start the guest: "${words}".`,
    },
  );
}

function modelOf(input: XmlElement): Refusal | undefined {
  const model = word(input, 'model');
  const type = word(input, 'type');
  const bus = word(input, 'bus');
  if (model === undefined || type === undefined) return undefined;
  const fixes = [removeAttribute(input, 'model')];
  if (bus !== undefined && bus !== 'virtio') {
    return {
      fact: `model= is for input devices on virtio, and this one is on ${bus}`,
      words: `only bus 'virtio' is supported for input model '${model}'`,
      element: input,
      attribute: 'model',
      fixes,
    };
  }
  if (bus === undefined || type === 'passthrough' || !/transitional$/.test(model)) return undefined;
  return {
    fact: `A ${type} is of one generation of virtio, and has no ${model}`,
    words: `virtio (non-)transitional models are not supported for input type=${type}`,
    element: input,
    attribute: 'model',
    fixes,
  };
}

function busOf(input: XmlElement): Refusal | undefined {
  const type = word(input, 'type');
  if (type !== 'tablet' || word(input, 'bus') !== 'ps2') return undefined;
  return {
    fact: 'A tablet is a USB or a virtio device, and none of PS/2',
    words: 'ps2 bus does not support tablet input device',
    element: input,
    attribute: 'bus',
    fixes: [writeAttribute(input, 'bus', 'usb'), writeAttribute(input, 'type', 'mouse')],
  };
}
