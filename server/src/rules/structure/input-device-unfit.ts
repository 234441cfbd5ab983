import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeAttribute, tellRefusal, word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'input-device-unfit',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A mouse, tablet or keyboard is on a bus, or of a model, that there is none of.',
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
      const refusal = modelOf(input) ?? busOf(input);
      if (refusal) tellRefusal(context, refusal);
    }
  },
});

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
