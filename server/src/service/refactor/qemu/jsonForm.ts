import { type Fact, type QemuCatalogue, qemuCatalogue } from '../../../catalogue/qemu.ts';
import { optionsNamed } from '../../../dialects/qemu/commandLine.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import { quote, type Word } from '../../../dialects/qemu/word.ts';
import { atLeast, NEWEST_QEMU, type Version } from '../../../guest/target.ts';
import { effective, isKnown } from '../../../guest/value.ts';
import type { TextEdit } from '../../../text/edit.ts';
import { contains, touches } from '../../../text/span.ts';
import type { Proposal, QemuPlace } from '../refactoring.ts';
import { fromJson } from './fromJson.ts';
import { toJson } from './toJson.ts';

/** Options that QEMU reads as JSON too, and since when (softmmu/vl.c, net/net.c). */
const SINCE: ReadonlyMap<string, Version> = new Map([
  ['blockdev', [2, 9]],
  ['object', [6, 0]],
  ['device', [6, 2]],
  ['netdev', [7, 2]],
]);

/** Writes `key=value` as JSON, with the types that QEMU asks for there, and JSON as `key=value`. */
export function convertJson(place: QemuPlace): Proposal[] {
  const { line } = place.variant;
  const option = line.options.find((each) => touches(each.range, place.range));
  const edit = option && converted(place, option);
  if (!edit) return [];
  const to = option.json ? 'key=value' : 'JSON';
  const proposal = (title: string, edits: readonly TextEdit[]): Proposal => ({
    title: `Write ${title} as ${to}`,
    kind: 'refactor.rewrite',
    keeps: 'guest',
    edits,
  });
  const one = proposal(`-${option.name}`, [edit]);
  if (option.name !== 'device') return [one];
  if (line.openedBy.length > 0) return [];
  const all = optionsNamed(line, 'device');
  const others = all.flatMap((each) => converted(place, each) ?? []);
  const isOneForm = all.every(({ json }) => json === option.json);
  return [
    ...(keepsOrder(place, option, all) ? [one] : []),
    ...(all.length > 1 && isOneForm && others.length === all.length
      ? [proposal(`all ${all.length} -device options`, others)]
      : []),
  ];
}

/**
 * QEMU makes the devices that are written as `key=value` before those written as JSON (softmmu/vl.c:
 * qemu_create_cli_devices), and some find their place by their turn: only of PCI we know which.
 */
function keepsOrder(place: QemuPlace, option: Option, all: readonly Option[]): boolean {
  const fact = factOf(place, option)?.fact;
  const at = all.indexOf(option);
  const isLast = all.every(({ json }, i) => i === at || json === i > at);
  return isLast || (fact !== undefined && 'bus' in fact && fact.bus === 'PCI');
}

function converted(place: QemuPlace, option: Option): TextEdit | undefined {
  const since = SINCE.get(option.name);
  if (!option.argument || option.open || !since || !isWhole(option.argument)) return undefined;
  const known = factOf(place, option);
  if (!known || !atLeast(place.target.qemu ?? NEWEST_QEMU, since)) return undefined;
  const text = option.json ? fromJson(option, known.fact) : toJson(option, known.fact, known.nested);
  if (text === undefined) return undefined;
  const newText = /^[\w.,=:/@%+-]+$/.test(text) ? text : `'${quote(text, 'single')}'`;
  return { range: option.argument.range, newText };
}

/** Whether the argument is a word of its own without variables in it, so that it can be written anew, quotes included. */
const isWhole = ({ pieces, range }: Word): boolean =>
  pieces.every(
    ({ text, source, via }) =>
      text !== undefined &&
      contains(range, source) &&
      via.every(
        ({ definition, uses, loop }) => contains(definition, range) && uses === 1 && loop === undefined,
      ),
  );

interface Known {
  readonly fact: Fact;
  /** What is known of a block driver by its name. */
  readonly nested: (driver: string) => Fact | undefined;
}

function factOf({ variant: { guest }, target }: QemuPlace, option: Option): Known | undefined {
  const { arch, type } = guest.machine;
  const catalogue = qemuCatalogue(effective(arch), target.qemu, effective(type)?.name);
  if (!catalogue || !isKnown(option.head)) return undefined;
  const fact = lookUp(catalogue, option.name, option.head.value);
  return fact && { fact, nested: (driver) => catalogue.fact('blockdev', driver) };
}

function lookUp(catalogue: QemuCatalogue, option: string, name: string): Fact | undefined {
  if (option === 'device') return catalogue.device(name);
  return option === 'object' || option === 'netdev' || option === 'blockdev'
    ? catalogue.fact(option, name)
    : undefined;
}
