import type { Span } from '../text/span.ts';
import { effective, type Value } from './value.ts';

/** Which PCI root a machine type has; `other` where we do not know the machine. */
export type MachineFamily = 'q35' | 'i440fx' | 'virt' | 'other';

export interface MachineType {
  readonly name: string;
  readonly family: MachineFamily;
  /** [major, minor] of `pc-q35-8.2`; undefined for an alias such as `q35`. */
  readonly version: readonly [number, number] | undefined;
}

export interface Machine {
  /** Where the machine is named, else the command or the domain. */
  readonly span: Span;
  readonly type: Value<MachineType>;
  /** `x86_64`, `aarch64` …, from the binary's name or `<type arch=>`. */
  readonly arch: Value<string>;
}

/** True for machines that are certainly x86 ones, by their type or their architecture. */
export function isX86({ type, arch }: Machine): boolean {
  const family = effective(type)?.family;
  return family === 'q35' || family === 'i440fx' || /^(x86_64|i[3-6]86)$/.test(effective(arch) ?? '');
}

/** As isX86(), and of a domain that says neither: libvirt then takes the host's architecture, in most cases x86. */
export const isProbablyX86 = (machine: Machine): boolean =>
  isX86(machine) || (machine.type.state === 'absent' && machine.arch.state === 'absent');

/** Understands a machine type's name (QEMU hw/i386/pc_q35.c, pc_piix.c, hw/arm/virt.c). */
export function parseMachineType(name: string): MachineType {
  const match = /^(?:(pc-q35|pc-i440fx|virt|pc)-)?(\d+)\.(\d+)$/.exec(name) ?? undefined;
  const stem = match?.[1] ?? name;
  const family: MachineFamily =
    stem === 'q35' || stem === 'pc-q35'
      ? 'q35'
      : stem === 'pc' || stem === 'pc-i440fx'
        ? 'i440fx'
        : stem === 'virt'
          ? 'virt'
          : 'other';
  const version = match ? ([Number(match[2]), Number(match[3])] as const) : undefined;
  return { name, family, version };
}

/**
 * The machine of an x86 domain that names none: libvirt takes what QEMU says is its default (src/qemu/qemu_capabilities.c:
 * virQEMUCapsGetPreferredMachine).
 */
export const machineTaken = ({ type, arch }: Machine): MachineType | undefined =>
  effective(type) ??
  (type.state === 'absent' && /^(x86_64|i686)$/.test(effective(arch) ?? '')
    ? parseMachineType('pc')
    : undefined);

/** As machineTaken(), and of a domain that names no architecture either: the host's is in most cases x86. */
export const machineProbablyTaken = (machine: Machine): MachineType | undefined =>
  machineTaken(machine) ??
  (machine.type.state === 'absent' && machine.arch.state === 'absent' ? parseMachineType('pc') : undefined);

/** The machine type of PCI Express to take in the place of one without, of the same version where that says one. */
export const q35Instead = ({ name, family }: MachineType): string =>
  family === 'i440fx' ? name.replace('i440fx', 'q35').replace(/^pc$/, 'q35') : 'q35';
