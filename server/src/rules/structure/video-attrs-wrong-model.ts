import { isX86 } from '../../guest/machine.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { lacks } from '../refusal.ts';

/** Which models may have which memory attribute; `vram` is taken by all, and unused by some. */
const ONLY_QXL = ['ram', 'vgamem', 'vram64'] as const;

/** What a PC has where no model is named. */
const UNSAID = 'cirrus';

export default defineRule({
  name: 'video-attrs-wrong-model',
  reads: 'libvirt',
  concerns: ['video'],
  topic: 'structure',
  severity: 'error',
  summary: 'A display has an attribute that its model does not take.',
  sources: [
    {
      title: 'libvirt: ram attribute only supported for video type qxl',
      ref: 'src/conf/domain_validate.c: virDomainVideoDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    const videos = children(context.domain, 'devices').flatMap((devices) => children(devices, 'video'));
    for (const model of videos.flatMap(modelOf)) {
      const written = attribute(model, 'type')?.value?.text;
      const type = written ?? (isX86(context.guest.machine) && lacks(model, 'type') ? UNSAID : undefined);
      if (type === undefined || !/^[a-z]+$/.test(type)) continue;
      if (type !== 'qxl' && type !== 'none') reportMemory(context, model, type);
      if (type !== 'virtio') reportAcceleration(context, model, type);
    }
  },
});

function reportMemory({ guest, report }: LibvirtContext, model: XmlElement, type: string): void {
  for (const name of ONLY_QXL) {
    const found = attribute(model, name);
    if (!found?.value) continue;
    report({
      message:
        `${name}= is only for qxl, not for ${type}: libvirt refuses the domain with ` +
        `"${name} attribute only supported for video type qxl".`,
      at: spanOf(guest.label.uri, found.name),
      about: found,
      fixes: [
        {
          title: `Remove ${name}=`,
          applicability: 'suggestion',
          changes: [{ op: 'remove-attribute', element: model, name }],
        },
      ],
    });
  }
}

function reportAcceleration({ guest, report }: LibvirtContext, model: XmlElement, type: string): void {
  const acceleration = child(model, 'acceleration');
  const found = acceleration && attribute(acceleration, 'accel3d');
  if (!acceleration || found?.value?.text !== 'yes') return;
  report({
    message:
      `accel3d= is only for virtio, not for ${type}: libvirt refuses the domain with ` +
      `"3d acceleration is supported only with 'virtio' video device".`,
    at: spanOf(guest.label.uri, found.name),
    about: found,
    fixes: [
      {
        title: 'Remove the acceleration',
        applicability: 'suggestion',
        changes: [{ op: 'remove-element', element: acceleration }],
      },
    ],
  });
}

const modelOf = (video: XmlElement): XmlElement[] => {
  const model = child(video, 'model');
  return model ? [model] : [];
};
