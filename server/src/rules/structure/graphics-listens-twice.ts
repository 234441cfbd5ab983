import { children } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'graphics-listens-twice',
  reads: 'libvirt',
  concerns: ['listen'],
  topic: 'structure',
  severity: 'error',
  summary: 'A display is to listen in more than one place.',
  sources: [
    {
      title: 'libvirt: QEMU does not support multiple listens for one graphics device',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefGraphics',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const graphics of devicesOf(context.domain, 'graphics')) {
      const listens = children(graphics, 'listen');
      const [first, second] = listens;
      const type = word(graphics, 'type');
      if (!first || !second || (type !== 'vnc' && type !== 'spice')) continue;
      // Networks are of other drivers, too, which may take several.
      if (listens.some((listen) => word(listen, 'type') === 'network')) continue;
      tellRefusal(context, {
        fact: 'A display of QEMU listens in one place',
        words: 'QEMU does not support multiple listens for one graphics device',
        element: second,
        fixes: [removeElement(second)],
        beside: { element: first, message: 'The first one.' },
      });
    }
  },
});
