import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

/** Which models may have which memory attribute; `vram` is taken by all, and unused by some. */
const ONLY_QXL = ['ram', 'vgamem', 'vram64'] as const;

export default defineRule({
  name: 'video-attrs-wrong-model',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A display has a memory attribute that only qxl takes.',
  sources: [
    {
      title: 'libvirt: ram attribute only supported for video type qxl',
      ref: 'src/conf/domain_validate.c: virDomainVideoDefValidate',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    for (const model of children(domain, 'devices')
      .flatMap((devices) => children(devices, 'video'))
      .flatMap(modelOf)) {
      const type = attribute(model, 'type')?.value?.text;
      if (type === undefined || !/^[a-z]+$/.test(type) || type === 'qxl' || type === 'none') continue;
      for (const name of ONLY_QXL) {
        const found = attribute(model, name);
        if (!found?.value) continue;
        report({
          message: `${name}= is only for qxl, not for ${type}: libvirt refuses the domain with "${name} attribute only supported for video type qxl".`,
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
  },
});

const modelOf = (video: XmlElement): XmlElement[] => {
  const model = child(video, 'model');
  return model ? [model] : [];
};
