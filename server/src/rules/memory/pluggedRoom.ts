import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readNumber } from '../../dialects/qemu/lower/read.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { type Bytes, formatBytes, qemuSize } from '../../values/byteSize.ts';
import type { Fix, QemuContext } from '../define.ts';
import { type Before, type Found, headOf, type PluggedMemory, type Room } from './pluggedMemory.ts';

/** Neither slots nor maxmem: no memory can be plugged in at all. */
export function roomFault(
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

/** A module without a slot, in a slot that there is not, or one too many. */
export function slotFault(
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

/** More memory than maxmem leaves for all devices. */
export function spaceFault(
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
