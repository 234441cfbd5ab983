import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { allDevicesOf, devicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

const PORTS = ['serial', 'parallel', 'console', 'channel', 'smartcard', 'redirdev'];

const OF_SPICE = new Set(['spicevmc', 'spiceport']);

export default defineRule({
  name: 'spice-needed',
  reads: 'libvirt',
  concerns: [...PORTS, 'audio'],
  topic: 'structure',
  severity: 'error',
  summary: 'A device sends its data through SPICE, which the guest does not have.',
  explains: ['character-device-unfit'],
  sources: [
    {
      title: "libvirt: chardev 'spicevmc' not supported without spice graphics",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainChrSourceDef, qemuValidateDomainDeviceDefAudio',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const lists = children(domain, 'devices');
    const displays = devicesOf(domain, 'graphics');
    // One whose type is not known may be it.
    if (displays.some((graphics) => (word(graphics, 'type') ?? 'spice') === 'spice')) return;
    for (const device of allDevicesOf(domain)) {
      const words = refusalOf(device);
      if (words === undefined || lists.some(mayGainChildren)) continue;
      tellRefusal(context, {
        fact: `This <${device.name.text}> goes through SPICE, and there is no <graphics> of that type`,
        words,
        element: device,
        attribute: 'type',
        fixes: [
          removeElement(device),
          {
            title: "Add a <graphics type='spice'>",
            applicability: 'suggestion',
            changes: [
              {
                op: 'add-element',
                parent: device.parent!,
                template: { name: 'graphics', attributes: { type: 'spice', autoport: 'yes' } },
              },
            ],
          },
        ],
      });
    }
  },
});

function refusalOf(device: XmlElement): string | undefined {
  const name = device.name.text;
  if (PORTS.includes(name)) {
    const type = word(device, 'type') ?? '';
    return OF_SPICE.has(type) ? `chardev '${type}' not supported without spice graphics` : undefined;
  }
  if (name === 'audio' && word(device, 'type') === 'spice')
    return 'Spice audio is not supported without spice graphics';
  return undefined;
}
