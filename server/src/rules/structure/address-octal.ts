import { attribute, descendants } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';

export default defineRule({
  name: 'address-octal',
  reads: 'libvirt',
  concerns: ['address'],
  topic: 'structure',
  severity: 'warning',
  summary: 'A number of a PCI address begins with 0, which makes it octal.',
  sources: [
    {
      title: 'libvirt reads numbers of addresses in C notation',
      ref: 'src/conf/device_conf.c: virPCIDeviceAddressParseXML',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    for (const element of descendants(domain)) {
      if (element.name.text !== 'address') continue;
      for (const name of ['domain', 'bus', 'slot', 'function']) {
        const value = attribute(element, name)?.value;
        const digits = /^\s*0+([1-7][0-7]+)\s*$/.exec(value?.text ?? '')?.[1];
        if (!value || digits === undefined) continue;
        const octal = Number.parseInt(digits, 8);
        const replace = (text: string) =>
          [{ op: 'set-attribute', element, name, text: `0x${text}` }] as const;
        report({
          message: `${value.text.trim()} begins with 0, so libvirt reads it as octal: ${name} ${octal}, which is 0x${octal.toString(16)}.`,
          at: spanOf(guest.label.uri, value),
          about: element,
          fixes: [
            {
              title: `Meant as hexadecimal: 0x${digits}`,
              applicability: 'suggestion',
              changes: replace(digits),
            },
            {
              title: `Keep the number, as 0x${octal.toString(16)}`,
              applicability: 'suggestion',
              changes: replace(octal.toString(16)),
            },
          ],
        });
      }
    }
  },
});
