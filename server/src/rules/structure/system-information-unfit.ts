import { child, children, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  content,
  devicesOf,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

export default defineRule({
  name: 'system-information-unfit',
  reads: 'libvirt',
  concerns: ['sysinfo', 'loadparm'],
  topic: 'structure',
  severity: 'error',
  summary: 'What the firmware is to tell the guest about its machine has the wrong form.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: Invalid BIOS 'date' format; UUID mismatch between <uuid> and <sysinfo>",
      ref: 'src/conf/domain_conf.c: virSysinfoBIOSParseXML, virSysinfoSystemParseXML',
    },
    {
      title: 'libvirt: Invalid firmware name',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefSysinfo',
    },
    {
      title: 'libvirt: invalid loadparm value',
      ref: 'src/conf/device_conf.c: virDomainDeviceLoadparmIsValid',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const refusal of [...entries(context), ...loadparms(context), ...files(context)])
      tellRefusal(context, refusal);
  },
});

function* entries({ domain, guest }: LibvirtContext): Generator<Refusal> {
  const own = content(child(domain, 'uuid'));
  for (const sysinfo of children(domain, 'sysinfo')) {
    for (const entry of entriesOf(sysinfo, 'bios', 'date')) {
      const date = content(entry);
      if (date === undefined || isDate(date)) continue;
      yield {
        fact: `The date of a BIOS is written month/day/year, and ${date} is none`,
        words: "Invalid BIOS 'date' format",
        element: entry,
        fixes: [removeElement(entry)],
      };
    }
    for (const entry of entriesOf(sysinfo, 'system', 'uuid')) {
      const uuid = content(entry);
      const range = textOf(entry).range;
      if (uuid === undefined || own === undefined || !range || plain(uuid) === plain(own)) continue;
      yield {
        fact: `The firmware is to say ${uuid}, and the guest is ${own}`,
        words: 'UUID mismatch between <uuid> and <sysinfo>',
        element: entry,
        beside: { element: child(domain, 'uuid')!, message: 'The other one.' },
        fixes: [
          {
            title: 'Say the <uuid> of the guest',
            applicability: 'suggestion',
            changes: [{ op: 'text', span: spanOf(guest.label.uri, range), newText: own }],
          },
        ],
      };
    }
  }
}

const entriesOf = (sysinfo: XmlElement, section: string, name: string): XmlElement[] =>
  children(sysinfo, section)
    .flatMap((part) => children(part, 'entry'))
    .filter((entry) => word(entry, 'name') === name);

function isDate(text: string): boolean {
  const [month, day, year, ...rest] = text.split('/').map(Number);
  if (rest.length > 0 || !/^\d+\/\d+\/\d+$/.test(text)) return false;
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= 31 && (year! <= 99 || year! >= 1900);
}

const plain = (uuid: string): string => uuid.replaceAll('-', '').toLowerCase();

/** Of the mainframe's boot program. */
function* loadparms({ domain }: LibvirtContext): Generator<Refusal> {
  const boots = ['disk', 'interface', 'hostdev'].flatMap((name) =>
    devicesOf(domain, name).flatMap((device) => child(device, 'boot') ?? []),
  );
  for (const boot of boots) {
    const text = word(boot, 'loadparm');
    if (text === undefined) continue;
    const fits = text.length >= 1 && text.length <= 8;
    if (fits && /^[a-zA-Z0-9. ]*$/.test(text)) continue;
    yield {
      fact: 'A loadparm is one to eight letters, digits, points and blanks',
      words: fits
        ? `invalid loadparm value '${text}', expecting chars in set of [a-zA-Z0-9.] and blank spaces`
        : `loadparm value '${text}' must be between 1 and 8 characters`,
      element: boot,
      attribute: 'loadparm',
      fixes: [removeAttribute(boot, 'loadparm')],
    };
  }
}

/** Names that QEMU and its firmware keep for themselves. */
const RESERVED = /^opt\/(ovmf|org\.qemu)\//;

function* files({ domain }: LibvirtContext): Generator<Refusal> {
  const lists = children(domain, 'sysinfo').filter((sysinfo) => word(sysinfo, 'type') === 'fwcfg');
  for (const entry of lists.flatMap((sysinfo) => children(sysinfo, 'entry'))) {
    const name = word(entry, 'name');
    if (name === undefined || (name.startsWith('opt/') && !RESERVED.test(name))) continue;
    const isReserved = RESERVED.test(name);
    yield {
      fact: isReserved
        ? `${name} is one of QEMU's own`
        : `Files for the guest are called opt/…, and this one ${name}`,
      words: isReserved ? 'That firmware name is reserved' : 'Invalid firmware name',
      element: entry,
      attribute: 'name',
      fixes: [...(isReserved ? [] : [writeAttribute(entry, 'name', `opt/${name}`)]), removeElement(entry)],
    };
  }
}
