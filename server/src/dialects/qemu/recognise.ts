import type { Field } from './evaluate/fields.ts';
import { textOf } from './evaluate/fragment.ts';
import { commandAfter, isPrefix } from './prefixes.ts';
import { UNKNOWN } from './word.ts';

/** Where in a command its parts begin. */
export interface Recognised {
  /** The name of the program, without its directory. */
  readonly binary: string;
  /** The field that names it; what follows are its arguments. */
  readonly at: number;
  readonly prefixes: readonly { readonly name: string; readonly at: number; readonly end: number }[];
  /** The program stands in a variable that may bring arguments too. */
  readonly mayBringArguments: boolean;
}

/** A colon ends the name in what QEMU itself prints: `qemu-system-x86_64: -device …: …`. */
const BINARY = /^(?:qemu-system-.*[^:]|qemu-kvm|kvm)$/;

/** The name of a variable that holds the program. */
const QEMU_LIKE = /qemu|kvm/i;

/** `BIN=/usr/bin/qemu-kvm`, `QEMU="$(command -v qemu-system-arm)"`: the variable, and the program. */
const ASSIGNED =
  /(?<![\w$])([A-Za-z_]\w*)=["']?(?:[$][(] *(?:which|command -v) +)?([^\s"';|&()]*?(?:qemu-system-[^\s"';|&)]*|qemu-kvm|\/kvm))(?=["'\s;|&)]|$)/g;

/** A program whose machine is not known: distributions rename this one's. */
const SOME_BINARY = 'qemu-kvm';

/** What a variable that comes from outside is taken for when its name and the options speak of QEMU. */
const ASSUMED_BINARY = 'qemu-system-x86_64';

const TYPICAL_OPTIONS = new Set(
  (
    'accel append bios blockdev boot cdrom chardev cpu daemonize device display drive enable-kvm fsdev hda hdb ' +
    'initrd kernel m M machine mem-path monitor name net netdev nic nodefaults nographic numa object pidfile qmp ' +
    'rtc serial smbios smp snapshot spice usb usbdevice uuid vga virtfs vnc'
  ).split(' '),
);

const isTypical = (text: string): boolean =>
  text.startsWith('-') && TYPICAL_OPTIONS.has(text.replace(/^--?/, ''));

/** Whether a command with this name may start QEMU. */
export function mayStartQemu(name: string): boolean {
  const base = baseName(name);
  return isPrefix(base) || BINARY.test(base);
}

/** The variables that a script gives QEMU to start, on whatever path; where they get several programs, or parts of one, any. */
export function assignedPrograms(text: string): ReadonlyMap<string, string> {
  const programs = new Map<string, string>();
  for (const [, variable, path] of text.matchAll(ASSIGNED)) {
    const program = path!.includes('$') ? SOME_BINARY : baseName(path!);
    const other = programs.get(variable!);
    programs.set(variable!, other === undefined || other === program ? program : SOME_BINARY);
  }
  return programs;
}

/**
 * Finds QEMU in an evaluated command, behind any number of prefixes.
 * @param programOf the program that a variable holds, where its value is not known but can only be QEMU.
 */
export function recognise(
  text: string,
  fields: readonly Field[],
  programOf: (variable: string) => string | undefined,
): Recognised | undefined {
  const prefixes: Recognised['prefixes'][number][] = [];
  for (let at: number | undefined = 0; at !== undefined && at < fields.length; ) {
    const field = fields[at]!;
    const name = field.fragments.map((fragment) => fragment.text ?? UNKNOWN).join('');
    const base = baseName(name);
    if (field.kind === 'word' && BINARY.test(base)) {
      return { binary: readable(text, field), at, prefixes, mayBringArguments: false };
    }
    const variable = unknownVariable(field);
    const program = variable === undefined ? undefined : programOf(variable);
    if (program !== undefined && startsMachine(fields.slice(at + 1))) {
      return { binary: program, at, prefixes, mayBringArguments: field.kind === 'opening' };
    }
    if (variable && QEMU_LIKE.test(variable) && hasTypicalOptions(fields.slice(at + 1))) {
      const mayBringArguments = field.kind === 'opening' && /cmd|command|args|opts/i.test(variable);
      return { binary: ASSUMED_BINARY, at, prefixes, mayBringArguments };
    }
    // `$SUDO qemu…`: some prefix, or none.
    if (field.kind === 'opening') {
      at++;
      continue;
    }
    if (!isPrefix(base)) return undefined;
    const end = commandAfter(base, fields, at + 1, isUnknownQemu);
    if (end !== undefined) prefixes.push({ name: base, at, end });
    at = end;
  }
  return undefined;
}

const isUnknownQemu = (field: Field): boolean => QEMU_LIKE.test(unknownVariable(field) ?? '');

const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The name as written where a part of it is not known: `qemu-system-$ARCH`. */
function readable(text: string, field: Field): string {
  const parts = field.fragments.map(
    ({ text: known, source }) => known ?? text.slice(source.start, source.end),
  );
  return baseName(parts.join(''));
}

/** The variable that all of a field comes from, where its value is not known. */
function unknownVariable({ fragments, word }: Field): string | undefined {
  if (fragments.length !== 1 || fragments[0]!.text !== undefined) return undefined;
  const [step] = fragments[0]!.steps;
  if (step) return step.name;
  const part = word.parts.length === 1 ? word.parts[0] : undefined;
  return part?.kind === 'variable' ? part.name : undefined;
}

/** Not `"$QEMU" --version` or `-device help`, which only ask. */
const startsMachine = (fields: readonly Field[]): boolean =>
  fields.some((field) => {
    const read = textOf(field.fragments);
    return 'text' in read && isTypical(read.text);
  });

function hasTypicalOptions(fields: readonly Field[]): boolean {
  const options = fields.filter((field) => {
    const read = textOf(field.fragments);
    return 'text' in read && isTypical(read.text);
  });
  return options.length >= 2;
}
