import { children } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { type Table, tellUnfit } from '../unfit.ts';

const LAST_CLASS = 0xff;

const UNFIT: Table = () => [
  {
    path: '@class',
    // -1 stands for any.
    of: (text) => /^(?:0x[\da-f]+|\d+)$/i.test(text) && Number(text) > LAST_CLASS,
    fact: 'Classes of USB devices go up to 0xFF, and this is {value}',
    words: 'Invalid USB Class code',
  },
  {
    path: '@version',
    of: (text) => /^\d+(?:\.\d+)*$/.test(text) && !/^\d{1,2}\.\d{1,2}$/.test(text),
    fact: 'A version has two numbers of up to two digits with a point between, such as 1.10, and this is {value}',
    words: 'Cannot parse USB device version {value}',
  },
];

export default defineRule({
  name: 'usb-filter-unfit',
  reads: 'libvirt',
  concerns: ['redirfilter'],
  topic: 'structure',
  severity: 'error',
  summary: 'A filter for redirected USB devices names a class or a version that there is none of.',
  explains: ['invalid-value'],
  sources: [
    {
      title: 'libvirt: Invalid USB Class code; Cannot parse USB device version',
      ref: 'src/conf/domain_conf.c: virDomainRedirFilterUSBDevDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const filter of devicesOf(context.domain, 'redirfilter')) {
      for (const device of children(filter, 'usbdev')) tellUnfit(context, device, UNFIT);
    }
  },
});
