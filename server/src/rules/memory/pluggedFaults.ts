import type { Change } from '../../dialects/change.ts';
import { mergedValue, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readBoolean, readBytes, readNumber } from '../../dialects/qemu/lower/read.ts';
import { complete } from '../../guest/collection.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes, MiB, qemuSize } from '../../values/byteSize.ts';
import type { QemuContext } from '../define.ts';
import { type Before, type Found, headOf, type PluggedMemory, type Room } from './pluggedMemory.ts';
import { roomFault, slotFault, spaceFault } from './pluggedRoom.ts';

/** Linux takes memory in blocks of so much. */
const BLOCK = 128n * MiB;
/** A huge page of x86. */
const ALIGNMENT = 2n * MiB;

/**
 * Reports what is wrong with devices that have memory, up to the first one that QEMU stops at, as it says no more. Each is
 * asked in the order of QEMU's own questions.
 */
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

function enabledFault({ line }: QemuContext, device: PluggedMemory): Found | undefined {
  const { driver, option } = device;
  const nvdimm = mergedValue(line, ['machine', 'M'], 'nvdimm');
  if (driver !== 'nvdimm' || nvdimm.state === 'unknown' || effective(readBoolean(nvdimm))) return undefined;
  const machine = optionsNamed(line, 'machine', 'M').at(-1);
  const change: Change = machine
    ? { op: 'set-property', option: machine, key: 'nvdimm', text: machine.json ? 'true' : 'on' }
    : { op: 'add-option', words: ['-machine', 'nvdimm=on'], after: option };
  return {
    message: `The machine takes no nvdimm unless it is told to: QEMU stops with "nvdimm is not enabled: missing 'nvdimm' in '-M'".`,
    at: headOf(device),
    fixes: [{ title: 'Let the machine have them', applicability: 'safe', changes: [change] }],
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
