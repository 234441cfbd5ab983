import type { Change } from '../../dialects/change.ts';
import { mergedValue, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readBoolean, readBytes, readNumber } from '../../dialects/qemu/lower/read.ts';
import { complete } from '../../guest/collection.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { type Bytes, formatBytes, MiB, qemuSize } from '../../values/byteSize.ts';
import type { Fix, QemuContext, Report } from '../define.ts';
import type { PluggedMemory, Room } from './pluggedMemory.ts';

type Found = Omit<Report, 'about'>;

/** What is known of the devices before: QEMU plugs them in one after the other. */
interface Before {
  slots: number;
  used: Bytes | undefined;
  readonly placed: { readonly name: string; readonly from: Bytes; readonly to: Bytes }[];
}

/** Linux takes memory in blocks of so much. */
const BLOCK = 128n * MiB;
const ALIGNMENT = 2n * MiB;

/** Reports the first fault of each device with memory, in the order of QEMU's own questions. */
export function checkPlugged(context: QemuContext, room: Room, devices: readonly PluggedMemory[]): void {
  if (effective(context.guest.machine.type)?.family === 'other') return;
  const before: Before = { slots: 0, used: 0n, placed: [] };
  for (const device of devices) {
    const found =
      nodeFault(context, device) ??
      enabledFault(context, device) ??
      roomFault(context, room, devices) ??
      slotFault(context, room, devices, device, before) ??
      spaceFault(context, room, devices, device, before) ??
      addressFault(device, before) ??
      alignmentFault(context, device) ??
      blockFault(device);
    if (found) context.report({ about: device.option, ...found });
    if (found && found.severity === undefined) return;
    if (device.module) before.slots++;
    before.used =
      before.used === undefined || device.size === undefined ? undefined : before.used + device.size;
  }
}

const headOf = ({ option: { head, span } }: PluggedMemory) => (isKnown(head) ? head.span : span);

function nodeFault({ guest, line }: QemuContext, device: PluggedMemory): Found | undefined {
  const node = readNumber(device.option.value('node'));
  const nodes = complete(guest.nodes);
  if (!isKnown(node) || !nodes || line.openedBy.length > 0) return undefined;
  const count = Math.max(1, nodes.length);
  if (node.value < count) return undefined;
  // Both as they stand in QEMU.
  const refusal = device.module
    ? `'DIMM property node has value ${node.value}' which exceeds the number of numa nodes: ${count}`
    : `'node' property has value '${node.value}', which exceedsthe number of numa nodes: ${count}`;
  return {
    message: `The guest has no node ${node.value} to plug memory into: QEMU stops with "${refusal}".`,
    at: node.span,
    fixes: [
      {
        title: `Plug it into node ${count - 1}`,
        applicability: 'suggestion',
        changes: [{ op: 'replace', value: node, text: String(count - 1) }],
      },
    ],
  };
}

function enabledFault({ line }: QemuContext, { driver, option }: PluggedMemory): Found | undefined {
  const nvdimm = mergedValue(line, ['machine', 'M'], 'nvdimm');
  if (driver !== 'nvdimm' || nvdimm.state === 'unknown' || effective(readBoolean(nvdimm))) return undefined;
  const machine = optionsNamed(line, 'machine', 'M').at(-1);
  const change: Change = machine
    ? { op: 'set-property', option: machine, key: 'nvdimm', text: machine.json ? 'true' : 'on' }
    : { op: 'add-option', words: ['-machine', 'nvdimm=on'], after: option };
  return {
    message: `The machine takes no nvdimm unless it is told to: QEMU stops with "nvdimm is not enabled: missing 'nvdimm' in '-M'".`,
    at: isKnown(option.head) ? option.head.span : option.span,
    fixes: [{ title: 'Let the machine have them', applicability: 'safe', changes: [change] }],
  };
}

/** Neither slots nor maxmem. */
function roomFault(
  { line }: QemuContext,
  { slots, maximum, ram }: Room,
  devices: readonly PluggedMemory[],
): Found | undefined {
  if (slots.state !== 'absent' || maximum.state !== 'absent') return undefined;
  const first = devices[0]!;
  const modules = devices.filter(({ module }) => module).length;
  const total = devices.reduce<Bytes | undefined>(
    (sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size),
    ram,
  );
  const option = optionsNamed(line, 'm').at(-1);
  const changes: Change[] =
    option && total !== undefined
      ? [
          { op: 'set-property', option, key: 'maxmem', text: qemuSize(total) },
          ...(modules > 0
            ? [{ op: 'set-property', option, key: 'slots', text: String(modules) } as const]
            : []),
        ]
      : [];
  // QEMU says of a device without a slot that maxmem is missing, in words that changed with 8.1.
  const refusal = first.module
    ? 'QEMU stops with "no slots where allocated, please specify the \'slots\' option"'
    : 'QEMU stops and asks for maxmem';
  return {
    message: `Memory is plugged in here, and -m makes no room for it: ${refusal}.`,
    at: headOf(first),
    fixes:
      changes.length > 0
        ? [{ title: `Make room: maxmem=${qemuSize(total!)}`, applicability: 'suggestion', changes }]
        : [],
  };
}

function slotFault(
  { line }: QemuContext,
  room: Room,
  devices: readonly PluggedMemory[],
  device: PluggedMemory,
  before: Before,
): Found | undefined {
  const slots = room.slots.state === 'absent' ? 0 : effective(room.slots);
  if (!device.module || slots === undefined) return undefined;
  const own = readNumber(device.option.value('slot'));
  const option = optionsNamed(line, 'm').at(-1);
  const needed = Math.max(devices.filter(({ module }) => module).length, isKnown(own) ? own.value + 1 : 0);
  const fixes: Fix[] = option
    ? [
        {
          title: `Have ${needed} slot${needed === 1 ? '' : 's'}`,
          applicability: 'suggestion',
          changes: [{ op: 'set-property', option, key: 'slots', text: String(needed) }],
        },
      ]
    : [];
  if (slots === 0) {
    return {
      message:
        'A memory module needs a slot, and -m makes none: QEMU stops with "no slots where allocated, please specify the ' +
        "'slots' option\".",
      at: headOf(device),
      fixes,
    };
  }
  if (isKnown(own) && own.value >= slots) {
    return {
      message: `There is no slot ${own.value}: QEMU stops with "invalid slot number ${own.value}, valid range is [0-${slots - 1}]".`,
      at: own.span,
      fixes,
    };
  }
  if (before.slots < slots) return undefined;
  return {
    message: `-m makes ${slots} slot${slots === 1 ? '' : 's'}, and this is one module more: QEMU stops with "no free slots available".`,
    at: headOf(device),
    fixes,
  };
}

function spaceFault(
  { line }: QemuContext,
  { maximum, ram }: Room,
  devices: readonly PluggedMemory[],
  device: PluggedMemory,
  { used }: Before,
): Found | undefined {
  if (!isKnown(maximum) || ram === undefined || used === undefined || device.size === undefined)
    return undefined;
  const total = maximum.value - ram;
  if (used + device.size <= total) return undefined;
  const all = devices.reduce<Bytes>((sum, { size }) => sum + (size ?? 0n), ram);
  const option = optionsNamed(line, 'm').at(-1);
  const text = qemuSize(all);
  return {
    message:
      `${formatBytes(device.size)} are plugged in where maxmem leaves ${formatBytes(total - used)}: QEMU stops with "not enough ` +
      `space, currently 0x${used.toString(16)} in use of total space for memory devices 0x${total.toString(16)}".`,
    at: headOf(device),
    related: [{ span: maximum.span, message: 'The memory that there can be in all.' }],
    fixes: option
      ? [
          {
            title: `Raise it to ${text}`,
            applicability: 'suggestion',
            changes: [{ op: 'set-property', option, key: 'maxmem', text }],
          },
        ]
      : [],
  };
}

function addressFault({ option, size, module }: PluggedMemory, { placed }: Before): Found | undefined {
  const key = module ? 'addr' : 'memaddr';
  const address = readBytes(option.value(key));
  const property = option.find(key);
  if (!isKnown(address) || !property || size === undefined) return undefined;
  const from = address.value;
  const taken = placed.find((other) => from < other.to && other.from < from + size);
  placed.push({ name: option.says('id') ?? '(unnamed)', from, to: from + size });
  if (!taken) return undefined;
  return {
    message: `Memory is at this address already: QEMU stops with "address range conflicts with memory device id='${taken.name}'".`,
    at: address.span,
    fixes: [
      {
        title: 'Leave the address to QEMU',
        applicability: 'suggestion',
        changes: [{ op: 'remove-property', option, property }],
      },
    ],
  };
}

/** Plain memory starts at whole huge pages, and QEMU wants its size to fit (util/oslib-posix.c: QEMU_VMALLOC_ALIGN). */
function alignmentFault({ guest }: QemuContext, device: PluggedMemory): Found | undefined {
  const { size, backend } = device;
  const { family, version } = effective(guest.machine.type) ?? {};
  const checks = family === 'q35' || family === 'i440fx';
  // Machines of before 2.2 put modules anywhere (hw/i386/pc.c: enforce_aligned_dimm).
  if (!checks || (version && !atLeast(version, [2, 2])) || size === undefined) return undefined;
  if (backend !== 'memory-backend-ram' || size % ALIGNMENT === 0n) return undefined;
  const rounded = (size / ALIGNMENT + 1n) * ALIGNMENT;
  return {
    message:
      `${formatBytes(size)} are no multiple of ${formatBytes(ALIGNMENT)}: QEMU stops with "backend memory size must be ` +
      'multiple of 0x200000".',
    at: headOf(device),
    fixes: device.maker
      ? [
          {
            title: `Make it ${formatBytes(rounded)}`,
            applicability: 'suggestion',
            changes: [{ op: 'set-property', option: device.maker, key: 'size', text: qemuSize(rounded) }],
          },
        ]
      : [],
  };
}

function blockFault(device: PluggedMemory): Found | undefined {
  const { driver, size } = device;
  if (driver !== 'pc-dimm' || size === undefined || size % BLOCK === 0n) return undefined;
  return {
    severity: 'information',
    message:
      `${formatBytes(size)} are no whole number of the blocks of ${formatBytes(BLOCK)} in which Linux takes memory that is plugged in: ` +
      'a Linux guest may leave the module out.',
    at: headOf(device),
  };
}
