import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { isX86 } from '../../guest/machine.ts';
import type { Version } from '../../guest/target.ts';
import { attribute, child, namesIn } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { devicesOf, lacks } from '../refusal.ts';
import { is, isNot, type Table, tellUnfit, type Unfit, valueAt } from '../unfit.ts';

/** libvirt 9.0 looks at the size of a queue on virtio only. */
const LOOKS_AT_QUEUE_SIZE: Version = [12, 0];

type Condition = (device: XmlElement) => boolean;

/** What every virtio device may say of its driver, and no other. */
const COMMON = ['iommu', 'ats', 'packed', 'page_per_vq'];

const common = (when: Condition, what: string, more: Pick<Unfit, 'within'> = {}): Unfit[] =>
  COMMON.map((name) => ({
    path: `driver@${name}`,
    when,
    ...more,
    fact: `${name}= is for virtio devices, and ${what}`,
    words:
      name === 'page_per_vq'
        ? 'page_per_vq option is only supported for virtio devices'
        : `${name} driver option is only supported for virtio devices`,
  }));

const notVirtioDisk = isNot('target@bus', 'virtio');

const DISK: Table = () => [
  ...common(notVirtioDisk, 'this disk is on {target@bus}'),
  {
    path: '@model',
    of: (model) => model.startsWith('virtio'),
    when: notVirtioDisk,
    fact: 'The model {value} is one of virtio, and this disk is on {target@bus}',
    words: "disk model '{value}' not supported for bus '{target@bus}'",
  },
  {
    path: 'driver@queues',
    when: notVirtioDisk,
    fact: 'Only virtio disks have several queues, and this disk is on {target@bus}',
    words: 'queues attribute in disk driver element is only supported by virtio-blk',
  },
  {
    path: 'driver@queue_size',
    when: notVirtioDisk,
    since: LOOKS_AT_QUEUE_SIZE,
    fact: 'Only virtio disks have queues of a size, and this disk is on {target@bus} (newer versions of libvirt look)',
    words: 'queue_size attribute in disk driver is only supported for virtio bus',
  },
  ...['event_idx', 'ioeventfd'].map((name) => ({
    path: `driver@${name}`,
    when: notVirtioDisk,
    fact: `${name}= is of virtio, and this disk is on {target@bus}`,
    words: `disk ${name} mode supported only for virtio bus`,
  })),
];

const isScsi = is('@type', 'scsi');

/** A SCSI controller without a model is what the machine and the build of QEMU make of it, which may be virtio. */
const notVirtioScsi: Condition = (controller) =>
  isScsi(controller)
    ? !(valueAt(controller, '@model') ?? 'virtio').startsWith('virtio') && isNot('@model', 'auto')(controller)
    : isNot('@type', 'scsi')(controller);

const CONTROLLER: Table = () =>
  ['queues', 'cmd_per_lun', 'max_sectors', 'ioeventfd'].map((name) => ({
    path: `driver@${name}`,
    when: notVirtioScsi,
    fact: `${name}= is for SCSI controllers of virtio, and this is another controller`,
    words: `'${name}' is only supported by virtio-scsi controller`,
  }));

/** libvirt reads these without regard to capitals; what is called otherwise it takes for a name of QEMU's. */
const VIRTIO_CARDS = new Set(['virtio', 'virtio-transitional', 'virtio-non-transitional']);

const otherCard: Condition = (device) => {
  const model = valueAt(device, 'model@type');
  return model !== undefined && !VIRTIO_CARDS.has(model.toLowerCase());
};

/** What a PC has for a display without a model is none of virtio. */
const unsaidDisplay: Condition = (video) => {
  const model = child(video, 'model');
  return model ? lacks(model, 'type') : !mayGainChildren(video);
};

/** What x86 takes for a network card without a model is none of virtio. */
const unsaidCard: Condition = (device) => {
  const model = child(device, 'model');
  const isOpen = mayGainChildren(device) || (model !== undefined && attribute(model, 'type') !== undefined);
  return !isOpen && is('@type', 'user', 'bridge', 'network', 'direct', 'ethernet')(device);
};

const ON_PC = { within: (_: XmlElement, { guest }: LibvirtContext): boolean => isX86(guest.machine) };

interface DeviceTable {
  readonly name: string;
  readonly table: Table;
}

const TABLES: readonly DeviceTable[] = [
  { name: 'disk', table: DISK },
  { name: 'controller', table: CONTROLLER },
];

/** Of devices that are asked about the common options alone. */
const OF_COMMON: readonly DeviceTable[] = [
  {
    name: 'video',
    table: () => common(isNot('model@type', 'virtio'), 'this display is a {model@type}'),
  },
  {
    name: 'video',
    table: () => common(unsaidDisplay, 'a display without a model is none of them', ON_PC),
  },
  {
    name: 'interface',
    table: () => common(unsaidCard, 'a network card without a model is none of them', ON_PC),
  },
  { name: 'interface', table: () => common(otherCard, 'this network card is a {model@type}') },
];

export default defineRule({
  name: 'virtio-option-unfit',
  reads: 'libvirt',
  concerns: ['driver', 'model'],
  topic: 'structure',
  severity: 'error',
  summary: 'A device that is none of virtio has an option of virtio.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: driver option is only supported for virtio devices',
      ref: 'src/conf/domain_validate.c: virDomainCheckVirtioOptionsAreAbsent, virDomainDiskDefValidate',
    },
    {
      title: "libvirt: 'queues' is only supported by virtio-scsi controller",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefControllerAttributes',
    },
  ],
  since: '0.1.0',
  check(context) {
    const names = namesIn(context.domain);
    tellAll(context, TABLES);
    if (COMMON.some((name) => names.has(name))) tellAll(context, OF_COMMON);
  },
});

function tellAll(context: LibvirtContext, tables: readonly DeviceTable[]): void {
  for (const { name, table } of tables) {
    for (const device of devicesOf(context.domain, name)) tellUnfit(context, device, table);
  }
}
