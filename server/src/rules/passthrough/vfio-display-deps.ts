import type { Device } from '../../guest/pci.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

export default defineRule({
  name: 'vfio-display-deps',
  reads: 'guest',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A passed-through screen lacks what it is shown with.',
  sources: [
    { title: 'QEMU: ramfb=on requires display=on', ref: 'hw/vfio/pci.c: vfio_realize' },
    {
      title: "libvirt: graphics device is needed for attribute value 'display=on' in <hostdev>",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainMdevDefVFIOPCI',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const device of context.guest.pci.devices.items) {
      if (!device.screen) continue;
      const { shown, ramfb } = device.screen;
      if (isKnown(ramfb) && ramfb.value) checkRamfb(context, device, ramfb);
      if (isKnown(shown) && shown.value) checkShown(context, device, shown);
    }
  },
});

const switchTo = (value: Known<boolean>, text: string, title: string): Fix => ({
  title,
  applicability: 'suggestion',
  changes: [{ op: 'replace', value, text }],
});

/**
 * A framebuffer for the time before the guest's driver is a part of what is shown. QEMU looks only once it holds the device,
 * which no host without one can show; libvirt takes the domain.
 */
function checkRamfb({ guest, report }: GuestContext, device: Device, ramfb: Known<boolean>): void {
  const { shown } = device.screen!;
  const off = shown.state === 'absent' || (isKnown(shown) && !shown.value);
  if (!off) return;
  const qemu = guest.dialect === 'qemu';
  report({
    message:
      `ramfb is for a screen that is shown, and display is ${isKnown(shown) ? 'off' : 'not on'}: ` +
      `${qemu ? 'QEMU stops with' : 'libvirt defines the domain, and QEMU does not start it:'} "ramfb=on requires display=on".`,
    at: ramfb.span,
    severity: 'warning',
    about: device,
    fixes: [
      ...(isKnown(shown) ? [switchTo(shown, 'on', 'Show the screen')] : []),
      switchTo(ramfb, 'off', 'Do without ramfb'),
    ],
  });
}

function checkShown({ report }: GuestContext, device: Device, shown: Known<boolean>): void {
  if (device.screen!.viewed !== false) return;
  report({
    message:
      'The screen of this device is to be shown, and nothing shows one: libvirt refuses the domain with "graphics device is ' +
      "needed for attribute value 'display=on' in <hostdev>\".",
    at: shown.span,
    about: device,
    fixes: [switchTo(shown, 'off', 'Show nothing')],
  });
}
