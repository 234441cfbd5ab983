import type { Change } from '../../dialects/change.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { Reader, readNumber, readSize } from '../../dialects/libvirt/values.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isAbsent, isKnown } from '../../guest/value.ts';
import { child, children, isClosed, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Span, spanOf } from '../../text/span.ts';
import { type Bytes, formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix, type LibvirtContext, type Severity } from '../define.ts';
import { isModule, type MemoryDevice, memoryDevices, spellSize } from './memoryDevices.ts';
import { singleCell } from './singleCell.ts';

/** Models that must name the guest node they are plugged into; SGX memory is never plugged in. */
const HAVE_NODE = new Set(['dimm', 'nvdimm', 'virtio-mem']);
const NEED_MAXIMUM = new Set([...HAVE_NODE, 'virtio-pmem']);

export default defineRule({
  name: 'dimm-needs-maxmemory',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'error',
  summary: 'Memory is to be plugged in, but something is missing that this needs.',
  sources: [
    {
      title: "libvirt: cannot use/hotplug a memory device when domain 'maxMemory' is not defined",
      ref: 'src/conf/domain_validate.c, src/qemu/qemu_domain.c: qemuDomainDefValidateMemoryHotplug',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const devices = memoryDevices(context).filter((device) => isOneOf(device, NEED_MAXIMUM));
    const maximum = child(domain, 'maxMemory');
    if (maximum) checkMaximum(context, maximum, devices);
    else if (devices[0] && !mayGainChildren(domain)) reportNoMaximum(context, devices);
    for (const device of devices) if (isOneOf(device, HAVE_NODE)) checkNode(context, device);
  },
});

const isOneOf = ({ model }: MemoryDevice, models: ReadonlySet<string>): boolean =>
  isKnown(model) && models.has(model.value);

/** What the domain has at the start: the cells with the devices, else what it says; undefined where not known. */
function totalOf({ guest }: LibvirtContext): Bytes | undefined {
  const { size, inDevices } = guest.memory;
  if (guest.nodes.items.length === 0) return effective(size);
  let total = effective(inDevices);
  for (const node of guest.nodes.items) {
    const cell = effective(node.size);
    if (total === undefined || cell === undefined) return undefined;
    total += cell;
  }
  return total;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function reportNoMaximum(context: LibvirtContext, devices: readonly MemoryDevice[]): void {
  const { domain, guest, report } = context;
  const total = totalOf(context);
  const after = ['currentMemory', 'memory', 'name'].map((name) => child(domain, name)).find(Boolean);
  const fixes: Fix[] = [];
  if (total !== undefined && total > 0n) {
    const { unit, text } = spellSize(total);
    const template = { name: 'maxMemory', attributes: { slots: String(devices.length), unit }, text };
    fixes.push({
      title: `Add <maxMemory> with ${plural(devices.length, 'slot')} and ${formatBytes(total)}`,
      applicability: 'suggestion',
      changes: [{ op: 'add-element', parent: domain, template, ...(after ? { after } : {}) }],
    });
  }
  report({
    message:
      'Memory is plugged in here, but no <maxMemory> says how much there can be: libvirt refuses the domain with ' +
      `"cannot use/hotplug a memory device when domain 'maxMemory' is not defined".`,
    at: spanOf(guest.label.uri, devices[0]!.element.name),
    about: devices[0]!.element,
    fixes,
  });
}

function checkMaximum(context: LibvirtContext, maximum: XmlElement, devices: readonly MemoryDevice[]): void {
  const { domain, guest, target, report } = context;
  const reader = new Reader(guest.label.uri);
  const label = reader.label(maximum);
  const refuse = (
    message: string,
    refusal: string,
    at: Span,
    fixes: readonly Fix[],
    severity: Severity = 'error',
  ): void => {
    const libvirt = severity === 'error' ? 'libvirt' : 'libvirt up to version 9';
    report({
      message: `${message}: ${libvirt} refuses the domain with "${refusal}".`,
      at,
      about: maximum,
      fixes,
      severity,
    });
  };

  const slots = readNumber(reader.attribute(maximum, 'slots', domain));
  const modules = devices.filter(isModule).length;
  const setSlots = (count: number): Fix => ({
    title: `Give it ${plural(count, 'slot')}`,
    applicability: 'suggestion',
    changes: [{ op: 'set-attribute', element: maximum, name: 'slots', text: String(count) }],
  });
  // Later versions take virtio devices without slots; modules need one each.
  const old = target.libvirt !== undefined && !atLeast(target.libvirt, [10, 0]);
  const slotless = isAbsent(slots) || effective(slots) === 0;
  const value = reader.text(maximum, domain);
  const size = readSize(value, reader.attribute(maximum, 'unit', domain));
  const isEmpty = isClosed(maximum) && !mayGainChildren(maximum) && textOf(maximum).text === '';
  if (isEmpty || effective(size) === 0n) {
    // Neither a size nor slots is as good as no <maxMemory>.
    if (slotless || !isKnown(slots)) return;
    const removal: Fix = {
      title: 'Make no room: remove <maxMemory>',
      applicability: 'suggestion',
      changes: [{ op: 'remove-element', element: maximum }],
    };
    refuse(
      '<maxMemory> has slots and no size',
      'both maximum memory size and memory slot count must be specified',
      label,
      devices.length === 0 ? [removal] : [],
    );
    return;
  }
  if (slotless && (old || modules > 0 || devices.length === 0)) {
    refuse(
      '<maxMemory> has no slots',
      'both maximum memory size and memory slot count must be specified',
      isKnown(slots) ? slots.span : label,
      [setSlots(Math.max(1, devices.length))],
      old || modules > 0 ? 'error' : 'information',
    );
  } else if (!slotless && isKnown(slots) && modules > slots.value) {
    refuse(
      `${plural(modules, 'memory module')} for ${plural(slots.value, 'slot')}`,
      'failed to find an empty memory slot',
      slots.span,
      [setSlots(modules)],
    );
  }

  const total = totalOf(context);
  if (isKnown(size) && isKnown(value) && total !== undefined && total > size.value) {
    const { unit, text } = spellSize(total);
    const changes: Change[] = [
      { op: 'replace', value, text },
      { op: 'set-attribute', element: maximum, name: 'unit', text: unit },
    ];
    refuse(
      `The guest has ${formatBytes(total)} at the start, more than its maximum of ${formatBytes(size.value)}`,
      'maximum memory size must be equal or greater than the actual memory size',
      value.span,
      [{ title: `Raise the maximum to ${formatBytes(total)}`, applicability: 'suggestion', changes }],
    );
  }

  const cpus = children(domain, 'cpu');
  if (guest.nodes.items.length > 0 || [domain, ...cpus].some(mayGainChildren)) return;
  if (cpus.some((cpu) => child(cpu, 'numa'))) return;
  refuse(
    'Memory can only be plugged into a guest node, and the domain has none',
    'At least one numa node has to be configured when enabling memory hotplug',
    label,
    singleCell(context, cpus[0]),
  );
}

function checkNode({ guest, report }: LibvirtContext, { element, node }: MemoryDevice): void {
  const nodes = guest.nodes.items.length;
  const target = child(element, 'target');
  const empty = target && child(target, 'node');
  const saysNone = empty ? isClosed(empty) && textOf(empty).text === '' : isAbsent(node);
  if (saysNone && target && !mayGainChildren(empty ?? target)) {
    report({
      message:
        'This memory does not say which guest node it belongs to: libvirt refuses the domain with "target NUMA node ' +
        'needs to be specified for memory device".',
      at: spanOf(guest.label.uri, element.name),
      about: element,
      fixes: [
        {
          title: 'Plug it into guest node 0',
          applicability: 'suggestion',
          changes: [
            ...(empty ? ([{ op: 'remove-element', element: empty }] as const) : []),
            { op: 'add-element', parent: target, template: { name: 'node', text: '0' } },
          ],
        },
      ],
    });
  } else if (isKnown(node) && nodes > 0 && node.value >= nodes) {
    report({
      message:
        `The guest has no node ${node.value}: libvirt refuses the domain with "can't add memory backend for guest ` +
        `node '${node.value}' as the guest has only '${nodes}' NUMA nodes configured".`,
      at: node.span,
      about: element,
      fixes: [
        {
          title: `Plug it into guest node ${nodes - 1}`,
          applicability: 'suggestion',
          changes: [{ op: 'replace', value: node, text: String(nodes - 1) }],
        },
      ],
    });
  }
}
