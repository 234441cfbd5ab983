import { type Fact, type PropertyFact, type QemuCatalogue, qemuCatalogue } from '../../../catalogue/qemu.ts';
import { mergedValue } from '../../../dialects/qemu/commandLine.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import type { Target } from '../../../guest/target.ts';
import { effective, isKnown } from '../../../guest/value.ts';
import type { QemuCursor } from './cursor.ts';

/** Taken where the name of the program does not tell: most guests have it. */
const LIKELY_ARCHITECTURE = 'x86_64';

/** What is known of the QEMU that a command line is for; undefined for architectures without a catalogue. */
export function catalogueFor({ reading: { guest } }: QemuCursor, target: Target): QemuCatalogue | undefined {
  const { arch, type } = guest.machine;
  return qemuCatalogue(effective(arch) ?? LIKELY_ARCHITECTURE, target.qemu, effective(type)?.name);
}

/** `M` is `machine`. */
export const nameOf = (option: Option): string => (option.name === 'M' ? 'machine' : option.name);

/** Options of which the first value names a thing that the catalogue lists under the option's own name. */
const NAMED = ['accel', 'audiodev', 'blockdev', 'display', 'netdev', 'numa', 'object'] as const;
export type NamedOption = (typeof NAMED)[number];
export const isNamed = (option: string): option is NamedOption =>
  (NAMED as readonly string[]).includes(option);

/** The first value of an option, unless it is not known. */
export const typeOf = (option: Option): string | undefined =>
  isKnown(option.head) ? option.head.value : undefined;

/** The properties that an option can have, by what it makes. */
export function propertiesOf(
  catalogue: QemuCatalogue,
  { line, reading: { guest } }: QemuCursor,
  option: Option,
): ReadonlyMap<string, PropertyFact> {
  const name = nameOf(option);
  const type = typeOf(option);
  if (name === 'machine') {
    const written = mergedValue(line, ['machine', 'M'], 'type');
    const machine = isKnown(written) ? written.value : effective(guest.machine.type)?.name;
    return factsOf(machine === undefined ? undefined : catalogue.machine(machine));
  }
  if (name === 'cpu') return factsOf(type === undefined ? undefined : catalogue.cpuModel(type));
  if (name === 'device') return factsOf(type === undefined ? undefined : catalogue.device(type));
  // -nic makes a backend and the card in front of it.
  if (name === 'nic') return factsOf(type === undefined ? undefined : catalogue.fact('netdev', type));
  if (isNamed(name)) return factsOf(type === undefined ? undefined : catalogue.fact(name, type));
  return factsOf(catalogue.fact('parameters', name));
}

const NONE: ReadonlyMap<string, PropertyFact> = new Map();
const factsOf = (fact: Fact | undefined): ReadonlyMap<string, PropertyFact> => fact?.properties ?? NONE;
