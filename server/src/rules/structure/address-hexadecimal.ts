import { attribute } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { tellRefusal, writeAttribute } from '../refusal.ts';
import { placedDevicesOf } from './addresses.ts';

/** What libvirt reads as a decimal number of an address, by its type (src/conf/device_conf.c). */
const DECIMAL: Readonly<Record<string, readonly string[]>> = {
  drive: ['controller', 'bus', 'target', 'unit'],
  'virtio-serial': ['controller', 'bus', 'port'],
  ccid: ['controller', 'slot'],
  usb: ['bus'],
  dimm: ['slot'],
};

const NONE: readonly string[] = [];

export default defineRule({
  name: 'address-hexadecimal',
  reads: 'libvirt',
  concerns: ['address'],
  topic: 'structure',
  severity: 'error',
  summary: 'An address has a hexadecimal number where libvirt reads decimal ones only.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: Invalid value for attribute '…' in element 'address'",
      ref: 'src/conf/device_conf.c: virDomainDeviceVirtioSerialAddressParseXML; src/conf/domain_conf.c: virDomainDeviceDimmAddressParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const { address, type = '' } of placedDevicesOf(context.domain)) {
      for (const name of DECIMAL[type] ?? NONE) {
        const text = attribute(address, name)?.value?.text ?? '';
        if (!/^0x[0-9a-f]{1,8}$/i.test(text)) continue;
        tellRefusal(context, {
          fact: `Numbers of an address of the type ${type} are decimal, and ${text} is not`,
          words: `Invalid value for attribute '${name}' in element 'address': '${text}'. Expected non-negative integer value`,
          element: address,
          attribute: name,
          fixes: [{ ...writeAttribute(address, name, String(Number(text))), applicability: 'safe' }],
        });
      }
    }
  },
});
