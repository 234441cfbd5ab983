import { child } from '../../syntax/xml/query.ts';
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
  name: 'display-combination-unfit',
  reads: 'libvirt',
  concerns: ['video', 'graphics'],
  topic: 'structure',
  severity: 'error',
  explains: ['invalid-value'],
  summary: 'The displays of a guest, or what shows them, do not go together.',
  sources: [
    {
      title: 'libvirt: Only one primary video device is supported',
      ref: 'src/conf/domain_validate.c: virDomainDefVideoValidate',
    },
    {
      title: 'libvirt: multiple OpenGL displays are not supported by QEMU',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefGraphics',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const refusal of [...videos(context), ...renderers(context), ...screens(context)])
      tellRefusal(context, refusal);
  },
});

function* videos({ domain }: LibvirtContext): Generator<Refusal> {
  const all = devicesOf(domain, 'video');
  const none = all.find((video) => word(child(video, 'model'), 'type') === 'none');
  if (none && all.length > 1) {
    yield {
      fact: `A video device of the type none stands for having no display, and there are ${all.length} video devices`,
      words: "a 'none' video type must be the only video device defined for the domain",
      element: none,
      fixes: [removeElement(none)],
    };
  }
  const models = all.flatMap((video) => child(video, 'model') ?? []);
  const [first, ...more] = models.filter((model) => word(model, 'primary') === 'yes');
  for (const model of more) {
    yield {
      fact: 'Two video devices say that they are the primary one',
      words: 'Only one primary video device is supported',
      element: model,
      attribute: 'primary',
      beside: { element: first!, message: 'The first one.' },
      fixes: [removeAttribute(model, 'primary')],
    };
  }
}

/** QEMU has one context of OpenGL, which one display holds. */
function* renderers({ domain }: LibvirtContext): Generator<Refusal> {
  const [first, second] = devicesOf(domain, 'graphics').filter(
    (graphics) =>
      word(graphics, 'type') === 'egl-headless' || word(child(graphics, 'gl'), 'enable') === 'yes',
  );
  if (!first || !second) return;
  const headless = [first, second].find((graphics) => word(graphics, 'type') === 'egl-headless');
  yield {
    fact: 'Two displays want to draw with OpenGL, and QEMU lets one',
    words: 'multiple OpenGL displays are not supported by QEMU',
    element: second,
    beside: { element: first, message: 'The first one.' },
    fixes: [
      removeElement(headless ?? second, `Remove the <graphics> of type ${word(headless ?? second, 'type')}`),
    ],
  };
}

/** Only these can have more than one; a number of none is more than they can bear, too. */
const SEVERAL_SCREENS = new Set(['qxl', 'virtio', 'none']);

function* screens({ domain }: LibvirtContext): Generator<Refusal> {
  for (const model of devicesOf(domain, 'video').flatMap((video) => child(video, 'model') ?? [])) {
    const heads = word(model, 'heads');
    const type = word(model, 'type');
    if (!heads || type === undefined) continue;
    const isNumber = /^\s*\d+\s*$/.test(heads);
    if (isNumber && (Number(heads) === 1 || SEVERAL_SCREENS.has(type))) continue;
    yield {
      fact: isNumber
        ? `A ${type} has one screen, and this says ${heads}`
        : `heads= counts screens, and '${heads}' is no number of them`,
      words: isNumber
        ? `video type '${type}' doesn't support multiple 'heads'`
        : `cannot parse video heads '${heads}'`,
      element: model,
      attribute: 'heads',
      fixes: [writeAttribute(model, 'heads', '1')],
    };
  }
}
