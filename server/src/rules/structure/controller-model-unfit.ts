import { CONTROLLER_MODELS } from '../../catalogue/controllerModels.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeAttribute, tellRefusal, word, writeAttribute } from '../refusal.ts';

export default defineRule({
  name: 'controller-model-unfit',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A controller is of a model that there is none of for its type.',
  explains: ['invalid-value', 'ignored-attribute'],
  sources: [
    {
      title: "libvirt: Unknown model type '…'",
      ref: 'src/conf/domain_conf.c: virDomainControllerDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const controller of devicesOf(context.domain, 'controller')) {
      const type = word(controller, 'type') ?? '';
      const model = word(controller, 'model');
      const models = CONTROLLER_MODELS[type];
      if (!models || !model || models.has(model)) continue;
      const meant = mostSimilar(model, models);
      tellRefusal(context, {
        fact: `There is no controller of type ${type} and model ${model}`,
        words: `Unknown model type '${model}'`,
        element: controller,
        attribute: 'model',
        fixes: [
          ...(meant === undefined ? [] : [writeAttribute(controller, 'model', meant)]),
          ...(type === 'pci' ? [] : [removeAttribute(controller, 'model')]),
        ],
      });
    }
  },
});
