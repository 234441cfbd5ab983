import { Reader, readSize } from '../../dialects/libvirt/values.ts';
import { isX86 } from '../../guest/machine.ts';
import { atLeast, type Version } from '../../guest/target.ts';
import { isKnown } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { MiB } from '../../values/byteSize.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  devicesOf,
  lacks,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { is, type Table, tellUnfit } from '../unfit.ts';

const isPlain = is('model@type', 'ivshmem-plain');

const isDoorbell = is('model@type', 'ivshmem-doorbell');

const UNFIT: Table = () => [
  {
    path: '@name',
    of: (name) => name.includes('/'),
    fact: 'The name becomes that of a file, and {value} is a path',
    words: "shmem name cannot include '/' character",
    removable: false,
  },
  ...['.', '..'].map((name) => ({
    path: '@name',
    of: (text: string): boolean => text === name,
    fact: 'The name becomes that of a file, and {value} is a folder',
    words: `shmem name cannot be equal to '${name}'`,
    removable: false as const,
  })),
  {
    path: 'server',
    when: isPlain,
    fact: 'ivshmem-plain is memory and nothing else, and has no <server>',
    words: "shmem model 'ivshmem-plain' is supported only with server option disabled",
  },
  {
    path: 'model@type',
    of: (type) => type === 'ivshmem-doorbell',
    when: (shmem) => lacks(shmem, 'server'),
    fact: 'Guests with ivshmem-doorbell wake each other through a <server>, and there is none',
    words: "shmem model 'ivshmem-doorbell' is supported only with server option enabled",
    instead: ['ivshmem-plain'],
    removable: false,
  },
  {
    path: 'size',
    when: isDoorbell,
    fact: 'The <server> says how much memory the guests share',
    words: "shmem model 'ivshmem-doorbell' does not support size setting",
  },
  {
    path: 'model@type',
    of: (type) => type === 'ivshmem',
    fact: 'QEMU has no plain ivshmem since version 4.0',
    words: 'ivshmem device is not supported with this QEMU binary',
    instead: ['ivshmem-plain'],
    removable: false,
  },
];

/** The words before and since; the change lies somewhere between 9.0 and this version. */
const ONE_SENTENCE: Version = [12, 0];

export default defineRule({
  name: 'shared-memory-unfit',
  reads: 'libvirt',
  concerns: ['shmem'],
  topic: 'memory',
  severity: 'error',
  summary: 'Memory that guests share has a size or a setting that it cannot have.',
  sources: [
    {
      title: 'libvirt: shmem size must be a power of 2 and at least 1 MiB',
      ref: 'src/conf/domain_validate.c: virDomainShmemDefValidate; src/qemu/qemu_validate.c',
    },
    { title: 'libvirt: msi option is only supported with a server', ref: 'src/conf/domain_conf.c' },
  ],
  since: '0.1.0',
  check(context) {
    for (const shmem of devicesOf(context.domain, 'shmem')) {
      tellUnfit(context, shmem, UNFIT);
      for (const of of [modelOf, sizeOf, interruptsOf]) {
        const refusal = of(context, shmem);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

/** Without a model it is the one that QEMU has no more. */
function modelOf({ guest }: LibvirtContext, shmem: XmlElement): Refusal | undefined {
  const model = child(shmem, 'model');
  if (!isX86(guest.machine) || (model ? !lacks(model, 'type') : !lacks(shmem, 'model'))) return undefined;
  return {
    fact: 'Memory that is of no model is a plain ivshmem, which QEMU has not had since version 4.0',
    words: 'ivshmem device is not supported with this QEMU binary',
    element: model ?? shmem,
    fixes: model ? [writeAttribute(model, 'type', 'ivshmem-plain')] : [],
  };
}

function sizeOf({ guest, target }: LibvirtContext, shmem: XmlElement): Refusal | undefined {
  const element = child(shmem, 'size');
  if (!element) return undefined;
  const reader = new Reader(guest.label.uri);
  const size = readSize(reader.text(element, shmem), reader.attribute(element, 'unit', element));
  if (!isKnown(size)) return undefined;
  // Nothing is four MiB.
  const isPower = (size.value & (size.value - 1n)) === 0n;
  if (size.value === 0n || (isPower && size.value >= MiB)) return undefined;
  const { libvirt } = target;
  const inOne = libvirt === undefined || atLeast(libvirt, ONE_SENTENCE);
  const former = isPower
    ? 'shmem size must be at least 1 MiB (1024 KiB)'
    : 'shmem size must be a power of two';
  return {
    fact: `The guests see this memory as a PCI device, of 1, 2, 4, 8 … MiB, and ${size.value} bytes are none of these`,
    words: inOne ? 'shmem size must be a power of 2 and at least 1 MiB (1024 KiB)' : former,
    element,
  };
}

function interruptsOf(_: LibvirtContext, shmem: XmlElement): Refusal | undefined {
  const msi = child(shmem, 'msi');
  if (!msi || child(shmem, 'server') || word(child(shmem, 'model'), 'type') === 'ivshmem-doorbell')
    return undefined;
  return {
    fact: '<msi> lets guests wake each other, which takes a <server>, and there is none',
    words: 'msi option is only supported with a server',
    element: msi,
    fixes: [removeElement(msi)],
  };
}
