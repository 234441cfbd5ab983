import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { atLeast, type Version } from '../../guest/target.ts';
import { attribute, child, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  content,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { is, type Table, tellUnfit } from '../unfit.ts';

/** libvirt 9.0 does neither compare the formats nor give a loader a type; both began before this version, when is not known. */
const COMPARES: Version = [12, 0];

const UNFIT: Table = () => [
  {
    path: 'nvram',
    when: is('nvram@type', 'dir', 'volume', 'nvme', 'vhostuser'),
    fact: 'Settings of the firmware are kept in an image, and {nvram@type} is none',
    words: "unsupported nvram disk type '{nvram@type}'",
  },
  ...[
    { path: 'nvram/source/slices', what: 'slices are' },
    { path: 'nvram/source/reservations', what: 'persistent reservations are' },
    { path: 'nvram/backingStore', what: 'backingStore is' },
  ].map(({ path, what }) => ({
    path,
    fact: 'Settings of the firmware are kept in one whole image',
    words: `${what} not supported with NVRAM`,
  })),
];

export default defineRule({
  name: 'firmware-setting-unfit',
  reads: 'libvirt',
  concerns: ['loader', 'nvram', 'firmware'],
  topic: 'structure',
  severity: 'error',
  summary: 'What a domain says of its firmware contradicts itself.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: Only pflash loader type permits NVRAM',
      ref: 'src/conf/domain_validate.c: virDomainDefOSValidate',
    },
    {
      title: 'libvirt: UEFI requires ACPI on this architecture',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefBoot',
    },
    {
      title: 'libvirt: unsupported nvram disk type',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefNvram',
    },
  ],
  since: '0.1.0',
  check(context) {
    const os = child(context.domain, 'os');
    if (!os || mayGainChildren(os)) return;
    tellUnfit(context, os, UNFIT);
    const firmware = attribute(os, 'firmware');
    const refusals = firmware ? chosenByName(context, os) : chosenByPath(context, os);
    for (const refusal of refusals) if (refusal) tellRefusal(context, refusal);
  },
});

type Maybe = Refusal | undefined;

/** `<os firmware=>`: libvirt looks for a file that fits. */
function chosenByName({ target: { libvirt } }: LibvirtContext, os: XmlElement): Maybe[] {
  const loader = child(os, 'loader');
  const nvram = child(os, 'nvram');
  const stateless = nvram && loader && withoutState(loader, nvram);
  if (nvram && word(os, 'firmware') === 'bios') {
    return [
      {
        fact: 'A BIOS keeps its settings nowhere, and <nvram> is a file of settings',
        words: "firmware type 'bios' does not support nvram",
        element: nvram,
        fixes: [removeElement(nvram), writeAttribute(os, 'firmware', 'efi')],
      },
    ];
  }
  const [ofCode, ofState] = [word(loader, 'format'), word(nvram, 'format')];
  const compares = libvirt === undefined || atLeast(libvirt, COMPARES);
  if (!nvram || ofCode === undefined || ofState === undefined || ofCode === ofState || !compares)
    return [stateless];
  return [
    stateless,
    {
      fact: `The firmware is to be ${ofCode} and its settings ${ofState} (newer versions of libvirt look)`,
      words: `Format mismatch: loader.format='${ofCode}' nvram.format='${ofState}'`,
      element: nvram,
      attribute: 'format',
      fixes: [writeAttribute(nvram, 'format', ofCode)],
    },
  ];
}

/** `<loader>` names the file. */
function chosenByPath(context: LibvirtContext, os: XmlElement): Maybe[] {
  const loader = child(os, 'loader');
  const nvram = child(os, 'nvram');
  const firmware = child(os, 'firmware');
  const refusals: Maybe[] = [];
  if (firmware) {
    refusals.push({
      fact: "<firmware> says what to look for, and without firmware='efi' on <os> nothing is looked for",
      words: 'cannot use feature-based firmware autoselection when firmware autoselection is disabled',
      element: firmware,
      fixes: [removeElement(firmware)],
    });
  }
  if (loader && isPathless(loader)) {
    refusals.push({
      fact: '<loader> says nothing of which file it is, and without firmware= on <os> nothing is looked for',
      words: 'no loader path specified and firmware auto selection disabled',
      element: loader,
      fixes: [
        removeElement(loader),
        writeAttribute(os, 'firmware', 'efi', "Let libvirt look for it: write firmware='efi'"),
      ],
    });
  }
  if (!loader || content(loader) === undefined) return refusals;
  const { libvirt } = context.target;
  // libvirt 9.0 takes a loader without a type together with an <nvram>; newer ones make it a rom.
  const isRomByDefault = libvirt !== undefined && atLeast(libvirt, COMPARES) && !attribute(loader, 'type');
  const type = word(loader, 'type') ?? (isRomByDefault ? 'rom' : undefined);
  if (nvram) refusals.push(withoutState(loader, nvram));
  if (type === 'rom' && (nvram || word(loader, 'stateless') === 'no')) {
    refusals.push({
      fact: `A loader of the type rom keeps no settings, and ${nvram ? 'has an <nvram>' : "stateless='no' asks for it"}`,
      words: 'Only pflash loader type permits NVRAM',
      element: nvram ?? loader,
      ...(nvram ? {} : { attribute: 'stateless' }),
      fixes: [
        nvram ? removeElement(nvram) : removeAttribute(loader, 'stateless'),
        writeAttribute(loader, 'type', 'pflash'),
      ],
    });
  }
  refusals.push(type === 'pflash' ? withoutAcpi(context, loader) : undefined);
  return refusals;
}

/** Undecided where a template will write it, or nothing but other words stand there. */
const isPathless = (loader: XmlElement): boolean => textOf(loader).text === '' && !mayGainChildren(loader);

function withoutState(loader: XmlElement, nvram: XmlElement): Maybe {
  if (word(loader, 'stateless') !== 'yes') return undefined;
  return {
    fact: "stateless='yes' keeps no settings, and <nvram> is a file of them",
    words: `NVRAM ${attribute(nvram, 'template') ? 'template ' : ''}is not permitted when loader is stateless`,
    element: nvram,
    beside: { element: loader, message: "This says stateless='yes'." },
    fixes: [removeElement(nvram), removeAttribute(loader, 'stateless')],
  };
}

/** UEFI finds nothing without it on q35 and on ARM; the older PC gets along. */
function withoutAcpi({ domain, guest }: LibvirtContext, loader: XmlElement): Maybe {
  const features = child(domain, 'features');
  const { type } = guest.machine;
  if (type.state !== 'known' || type.value.family !== 'q35') return undefined;
  if (mayGainChildren(domain) || (features && (mayGainChildren(features) || child(features, 'acpi'))))
    return undefined;
  const add = features
    ? { op: 'add-element' as const, parent: features, template: { name: 'acpi' } }
    : {
        op: 'add-element' as const,
        parent: domain,
        template: { name: 'features', children: [{ name: 'acpi' }] },
      };
  return {
    fact: 'UEFI on q35 describes the machine by ACPI, and <features> has no <acpi/>',
    words: 'UEFI requires ACPI on this architecture',
    element: loader,
    fixes: [{ title: 'Add <acpi/>', applicability: 'suggestion', changes: [add] }],
  };
}
