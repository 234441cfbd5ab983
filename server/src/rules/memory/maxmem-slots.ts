import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isAbsent, isKnown } from '../../guest/value.ts';
import { type Bytes, formatBytes, qemuSize } from '../../values/byteSize.ts';
import { defineRule, type Fix, type Report } from '../define.ts';
import { checkPlugged } from './pluggedFaults.ts';
import { type PluggedMemory, pluggedMemory, type Room, roomOf } from './pluggedMemory.ts';

export default defineRule({
  name: 'maxmem-slots',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'Memory is to be plugged in, and -m makes no room or no slots for it.',
  sources: [
    {
      title: 'QEMU: slots specified but no max-size',
      ref: 'softmmu/vl.c, hw/core/machine.c: machine_set_mem',
    },
    { title: 'QEMU: no slots where allocated', ref: 'hw/mem/pc-dimm.c: pc_dimm_get_free_slot' },
    { title: 'QEMU: not enough space', ref: 'hw/mem/memory-device.c: memory_device_check_addable' },
  ],
  since: '0.1.0',
  check(context) {
    const { line } = context;
    // -machine memory.… says the same in other words.
    const other = optionsNamed(line, 'machine', 'M').some(({ properties }) =>
      properties.some(({ key }) => key.startsWith('memory.')),
    );
    if (other || line.openedBy.length > 0) return;
    const options = optionsNamed(line, 'm');
    const devices = pluggedMemory(context);
    if (devices.length === 0 && !options.some((each) => each.find('maxmem') || each.find('slots'))) return;
    const room = roomOf(context);
    const option = options.at(-1);
    const found = option && faultOf(option, room, devices);
    if (found) context.report({ about: option, ...found });
    else checkPlugged(context, room, devices);
  },
});

function faultOf(option: Option, room: Room, devices: readonly PluggedMemory[]): Report | undefined {
  const { slots, maximum, ram } = room;
  if (isAbsent(maximum)) {
    if (!isKnown(slots)) return undefined;
    return {
      message: `-m has slots and no maxmem to fill them up to: QEMU stops with "slots specified but no max-size".`,
      at: slots.span,
      fixes: withRoom(option, room, devices),
    };
  }
  if (!isKnown(maximum) || ram === undefined) return undefined;
  if (maximum.value < ram) {
    return {
      message:
        `maxmem is ${formatBytes(maximum.value)}, less than the ${formatBytes(ram)} at the start: QEMU stops with "invalid ` +
        `value of maxmem: maximum memory size (${hex(maximum.value)}) must be at least the initial memory size (${hex(ram)})".` +
        (bareMebibytes(option, ram)
          ? ' Without a letter maxmem counts bytes, and only size counts MiB.'
          : ''),
      at: maximum.span,
      fixes: [...asMebibytes(option, ram), ...withRoom(option, room, devices)],
    };
  }
  if (maximum.value > ram || !isKnown(slots) || slots.value === 0) return undefined;
  return {
    message:
      `maxmem is ${formatBytes(maximum.value)}, as much as at the start, so nothing can be put into the slots: QEMU stops with ` +
      `"invalid value of maxmem: memory slots were specified but maximum memory size (${hex(maximum.value)}) is equal to the ` +
      `initial memory size (${hex(ram)})".`,
    at: maximum.span,
    fixes: withRoom(option, room, devices),
  };
}

const hex = (bytes: Bytes): string => `0x${bytes.toString(16)}`;

/** The number of a maxmem that was probably meant to count MiB, as that of size= does. */
function bareMebibytes(option: Option, ram: Bytes): string | undefined {
  const text = option.value('maxmem');
  if (!isKnown(text) || !/^\d+$/.test(text.value)) return undefined;
  return BigInt(text.value) * 1024n * 1024n >= ram ? text.value : undefined;
}

function asMebibytes(option: Option, ram: Bytes): Fix[] {
  const number = bareMebibytes(option, ram);
  if (number === undefined) return [];
  return [
    {
      title: `Write ${number}M`,
      applicability: 'suggestion',
      changes: [{ op: 'set-property', option, key: 'maxmem', text: `${number}M` }],
    },
  ];
}

/** Room for what is plugged in, or none where nothing is. */
function withRoom(option: Option, { ram }: Room, devices: readonly PluggedMemory[]): Fix[] {
  const plugged = devices.reduce<Bytes>((sum, { size }) => sum + (size ?? 0n), 0n);
  if (devices.length === 0) {
    const written = ['slots', 'maxmem'].flatMap((key) => option.find(key) ?? []);
    return [
      {
        title: 'Make no room: nothing is plugged in',
        applicability: 'suggestion',
        changes: written.map((property) => ({ op: 'remove-property', option, property })),
      },
    ];
  }
  if (ram === undefined || plugged === 0n) return [];
  const text = qemuSize(ram + plugged);
  return [
    {
      title: `Make room for what is plugged in: maxmem=${text}`,
      applicability: 'suggestion',
      changes: [{ op: 'set-property', option, key: 'maxmem', text }],
    },
  ];
}
