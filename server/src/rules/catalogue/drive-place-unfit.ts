import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { effective } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

/** How the drives of a board are numbered: how many there are on a bus, and how many buses. */
interface Places {
  readonly units: number;
  readonly buses: number;
}

const FLOPPY: Places = { units: 2, buses: 1 };
const FLASH: Places = { units: 2, buses: 1 };

/** What each board takes up by itself (hw/i386/pc_piix.c, pc_q35.c, pc_sysfw.c, hw/block/fdc-isa.c). */
const ON_BOARD: Readonly<Record<string, Readonly<Record<string, Places>>>> = {
  i440fx: { ide: { units: 2, buses: 2 }, floppy: FLOPPY, pflash: FLASH },
  q35: { ide: { units: 1, buses: 6 }, floppy: FLOPPY, pflash: FLASH },
};

export default defineRule({
  name: 'drive-place-unfit',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A -drive is given a place that the machine does not have, or that another drive has.',
  sources: [
    { title: 'QEMU: drive with bus, unit and index exists', ref: 'blockdev.c: drive_new' },
    {
      title: 'QEMU: machine type does not support if=',
      ref: 'blockdev.c: drive_check_orphaned',
    },
  ],
  since: '0.1.0',
  check(context) {
    const family = effective(context.guest.machine.type)?.family ?? '';
    const board = Object.hasOwn(ON_BOARD, family) ? ON_BOARD[family]! : undefined;
    const taken = new Map<string, Option>();
    for (const option of board ? optionsNamed(context.line, 'drive') : []) {
      const place = placeOf(option, board!);
      if (!place) continue;
      const { at, bus, unit, by, places } = place;
      const key = `${by} ${bus} ${unit}`;
      const before = taken.get(key);
      const fault =
        places && by === 'ide' && unit >= places.units
          ? {
              fact: `A bus of ${by} has ${places.units === 1 ? 'one unit, number 0' : 'the units 0 and 1'}`,
              refusal: `unit ${unit} too big (max is ${places.units - 1})`,
            }
          : before
            ? {
                fact: 'Another drive is there already',
                refusal: `drive with bus=${bus}, unit=${unit} (index=${bus * (places?.units ?? 1) + unit}) exists`,
              }
            : places && (bus >= places.buses || unit >= places.units)
              ? {
                  fact: `The machine has no such place for a drive of ${by}`,
                  refusal: `machine type does not support if=${by},bus=${bus},unit=${unit}`,
                }
              : undefined;
      if (!before) taken.set(key, option);
      if (!fault) continue;
      context.report({
        message: `${fault.fact}: QEMU stops with "${fault.refusal}".`,
        at: at.span,
        about: option,
        related: before ? [{ span: before.span, message: 'This drive has the place.' }] : [],
        fixes: [leaveOut(option, at)],
      });
    }
  },
});

const leaveOut = (option: Option, property: Property): Fix => ({
  title: `Remove ${property.key}, so that QEMU takes the next free place`,
  applicability: 'suggestion',
  changes: [{ op: 'remove-property', option, property }],
});

const isNumber = (text: string | undefined): text is string => text !== undefined && /^\d{1,6}$/.test(text);

/** Where a drive says that it is; undefined where QEMU chooses its place, or it is not known. */
function placeOf(option: Option, board: Readonly<Record<string, Places>>) {
  const by = option.value('if').state === 'absent' ? 'ide' : option.says('if');
  if (by === undefined || option.open || !/^(ide|floppy|pflash|none|virtio)$/.test(by)) return undefined;
  const places = Object.hasOwn(board, by) ? board[by] : undefined;
  const [index, unit] = [option.find('index'), option.find('unit')];
  // Both together are another mistake.
  if (index && (unit || option.find('bus'))) return undefined;
  const number = option.says(index ? 'index' : 'unit');
  const bus = option.says('bus') ?? '0';
  const at = index ?? unit;
  if (!at || !isNumber(number) || !isNumber(bus)) return undefined;
  if (!index) return { at, by, places, bus: Number(bus), unit: Number(number) };
  const units = by === 'ide' ? places!.units : undefined;
  const value = Number(number);
  return units === undefined
    ? { at, by, places, bus: 0, unit: value }
    : { at, by, places, bus: Math.floor(value / units), unit: value % units };
}
