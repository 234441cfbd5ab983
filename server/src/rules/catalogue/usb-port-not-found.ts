import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { meantQemu } from './meant.ts';

/** `1`, or `1.2`: port 2 of the hub in port 1. No controller has more than 15 (hw/usb/hcd-xhci.h: XHCI_MAXPORTS_2). */
const PORT = /^([1-9]|1[0-5])(\.([1-9]|1[0-5]))*$/;

export default defineRule({
  name: 'usb-port-not-found',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A USB device is plugged into a port that no bus can have.',
  sources: [{ title: 'QEMU: usb port not found', ref: 'hw/usb/bus.c: usb_claim_port' }],
  since: '0.1.0',
  check(context) {
    for (const option of optionsNamed(context.line, 'device')) {
      const text = option.says('port');
      const driver = option.makes;
      if (text === undefined || driver === undefined || PORT.test(text)) continue;
      if (meantQemu(context)?.catalogue.deviceHead(driver)?.bus !== 'usb-bus') continue;
      const port = option.find('port');
      if (!isKnown(port?.value)) continue;
      const bus = option.find('bus')?.value;
      const refusal = isKnown(bus)
        ? `usb port ${text} (bus ${bus.value}) not found (in use?)`
        : 'not found (in use?)';
      context.report({
        message: `Ports of USB have numbers from 1 to 15, such as 1 or 1.2, and "${text}" is none: QEMU stops with "${refusal}".`,
        at: port.value.span,
        about: option,
        fixes: [
          {
            title: 'Leave the port to QEMU',
            applicability: 'suggestion',
            changes: [{ op: 'remove-property', option, property: port }],
          },
        ],
      });
    }
  },
});
