import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { Reader, readSize } from '../../dialects/libvirt/values.ts';
import { isX86 } from '../../guest/machine.ts';
import { effective } from '../../guest/value.ts';
import { child, isClosed, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Bytes, formatBytes, KiB, MiB } from '../../values/byteSize.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { at, devicesOf, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { is, type Table, tellUnfit } from '../unfit.ts';

/** Those that are a file or a device of the host. */
const OF_FILE: ReadonlySet<string> = new Set(['nvdimm', 'virtio-pmem']);

/** Of x86. */
const LEAST_BLOCK = 2n * MiB;

const LEAST_LABEL = 128n * KiB;

const UNFIT: Table = () => [
  {
    path: 'target/node',
    when: is('@model', 'virtio-pmem'),
    fact: 'A virtio-pmem is a PCI device and belongs to no guest node',
    words: 'virtio-pmem does not support NUMA nodes',
  },
  {
    path: '@access',
    of: (access) => access !== 'shared',
    when: is('@model', 'virtio-pmem'),
    fact: 'What the guest writes into a virtio-pmem goes to its file, which only shared access does',
    words: 'shared access mode required for virtio-pmem device',
    instead: ['shared'],
  },
  {
    path: 'address@type',
    of: (type) => type !== 'pci',
    when: is('@model', 'virtio-pmem'),
    fact: 'A virtio-pmem sits on the PCI bus, not in a slot for modules',
    words: "only 'pci' addresses are supported for the virtio-pmem device",
    instead: ['pci'],
  },
  {
    path: 'address@type',
    of: (type) => type === 'dimm',
    when: is('@model', 'virtio-mem'),
    fact: 'A virtio-mem sits on the PCI bus, not in a slot for modules',
    words: "only 'pci' addresses are supported for the virtio-mem device",
    instead: ['pci'],
  },
];

export default defineRule({
  name: 'memory-device-unfit',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'error',
  summary: 'A memory device lacks what its model needs, or has what it does not take.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: path is required for model '…'",
      ref: 'src/conf/domain_validate.c: virDomainMemoryDefValidate',
    },
    {
      title: "libvirt: only 'pci' addresses are supported for the … device",
      ref: 'src/qemu/qemu_domain.c: qemuDomainDefValidateMemoryHotplugDevice',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const device of devicesOf(context.domain, 'memory')) {
      tellUnfit(context, device, UNFIT);
      for (const of of [path, label, blocks]) {
        const refusal = of(device, context);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

function path(device: XmlElement): Refusal | undefined {
  const model = word(device, 'model');
  const source = child(device, 'source');
  const empty = at(source, 'path');
  const owner = empty ?? source ?? device;
  if (model === undefined || !OF_FILE.has(model) || (empty && textOf(empty).text !== '')) return undefined;
  if (mayGainChildren(owner) || !isClosed(owner)) return undefined;
  return {
    fact: `The content of ${model === 'nvdimm' ? 'an' : 'a'} ${model} lies in a file of the host, and ${empty ? '<path> names none' : 'no <path> in <source> names it'}`,
    words: `path is required for model '${model}'`,
    element: owner,
  };
}

const sizeOf = (device: XmlElement, path: string, { guest }: LibvirtContext): Bytes | undefined => {
  const element = at(device, path);
  const reader = new Reader(guest.label.uri);
  return (
    element && effective(readSize(reader.text(element, device), reader.attribute(element, 'unit', device)))
  );
};

/** Part of an NVDIMM is kept for the names of its regions. */
function label(device: XmlElement, context: LibvirtContext): Refusal | undefined {
  const element = at(device, 'target/label/size');
  if (!element || word(device, 'model') !== 'nvdimm') return undefined;
  const [size, whole] = [
    sizeOf(device, 'target/label/size', context),
    sizeOf(device, 'target/size', context),
  ];
  // A label of no size at all is none.
  if (size === undefined || size === 0n) return undefined;
  if (size < LEAST_LABEL) {
    return {
      fact: `A label has 128 KiB at least, and this has ${formatBytes(size)}`,
      words: 'nvdimm label must be at least 128KiB',
      element,
    };
  }
  if (whole === undefined || size < whole) return undefined;
  return {
    fact: `The label of ${formatBytes(size)} leaves nothing of ${formatBytes(whole)}`,
    words: 'label size must be smaller than NVDIMM size',
    element,
  };
}

/** A virtio-mem gives and takes whole blocks. */
function blocks(device: XmlElement, context: LibvirtContext): Refusal | undefined {
  const target = child(device, 'target');
  if (word(device, 'model') !== 'virtio-mem' || !target || mayGainChildren(target) || !isClosed(target))
    return undefined;
  const block = at(target, 'block');
  const [size, requested] = [
    sizeOf(device, 'target/block', context),
    sizeOf(device, 'target/requested', context),
  ];
  const unfit = { words: 'block size must be a power of two', element: block ?? target };
  if (!block)
    return { fact: 'A virtio-mem is plugged in by blocks, and no <block> says how large they are', ...unfit };
  if (textOf(block).text === '' && isClosed(block) && !mayGainChildren(block))
    return { fact: '<block> says how large blocks are, and is empty', ...unfit };
  if (size === undefined) return undefined;
  if (size === 0n || (size & (size - 1n)) !== 0n)
    return { fact: `Blocks are as large as a power of two, and ${formatBytes(size)} are none`, ...unfit };
  if (size < LEAST_BLOCK && isX86(context.guest.machine)) {
    return {
      fact: `Blocks are as large as a huge page at least, and these have ${formatBytes(size)}`,
      words: 'block size too small, must be at least 2048KiB',
      element: block,
    };
  }
  const element = at(target, 'requested');
  const whole = sizeOf(device, 'target/size', context);
  if (!element || requested === undefined) return undefined;
  if (whole !== undefined && requested > whole) {
    return {
      fact: `${formatBytes(requested)} are asked for of ${formatBytes(whole)}`,
      words: `requested size must be smaller than or equal to @size (${whole / KiB}KiB)`,
      element,
      fixes: [removeElement(element)],
    };
  }
  if (requested % size === 0n) return undefined;
  return {
    fact: `${formatBytes(requested)} are no whole number of blocks of ${formatBytes(size)}`,
    words: 'requested size must be an integer multiple of block size',
    element,
    fixes: [removeElement(element)],
  };
}
