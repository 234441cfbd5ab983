import { type Machine, parseMachineType } from '../../../guest/machine.ts';
import { LEVELS, type Level, type Topology } from '../../../guest/topology.ts';
import {
  type Absent,
  absent,
  derived,
  effective,
  known,
  mapValue,
  placeOf,
  unknown,
  type Value,
} from '../../../guest/value.ts';
import type { Span } from '../../../text/span.ts';
import { type CommandLine, mergedValue, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { readNumber } from './read.ts';

/** The architecture is in the binary's name; `kvm` is Debian's name for the x86_64 one. */
function architecture(line: CommandLine): Value<string> {
  const match = /^qemu-system-(.+?)(\.exe)?$/.exec(line.binary);
  if (match) return known(match[1]!, line.command);
  if (line.binary === 'kvm') return known('x86_64', line.command);
  return unknown('not-evaluated', line.command);
}

export function lowerMachine(line: CommandLine): Machine {
  const arch = architecture(line);
  let type = mapValue(mergedValue(line, ['machine', 'M'], 'type'), parseMachineType);
  // Only upstream's x86 binaries are known to start as `pc` (hw/i386/pc_piix.c); distributions rename qemu-kvm's.
  const x86 = arch.state === 'known' && /^(x86_64|i386)$/.test(arch.value);
  if (type.state === 'absent' && x86) type = absent(type.owner, parseMachineType('pc'));
  return { span: placeOf(type), type, arch };
}

/** A number of the topology: its value, and where it stands with its key. */
interface SmpNumber {
  readonly value: Value<number>;
  readonly label?: Span;
}

/**
 * `-smp` is sugar for properties of the machine, so `-machine smp.cpus=` counts too. Of each, the last one wins.
 * @param options those of both names, in their order
 */
function readSmp(line: CommandLine, options: readonly Option[], key: string): SmpNumber {
  for (let i = options.length - 1; i >= 0; i--) {
    const option = options[i]!;
    // What is not known of a -machine is taken for anything but vCPUs.
    const own = option.name === 'smp';
    const property = option.find(own ? key : `smp.${key}`);
    if (property) return { value: readNumber(property.value), label: property.span };
    if (own && option.open) return { value: readNumber(option.value(key)) };
  }
  if (line.openedBy[0]) return { value: unknown('not-evaluated', line.openedBy[0]) };
  const place = options.findLast((option) => option.name === 'smp')?.span ?? line.command;
  return { value: absent(place) };
}

/**
 * @param machine whose default number of vCPUs is 1 where we know it; others may start with several.
 */
export function lowerTopology(line: CommandLine, machine: Machine): Topology {
  const options = optionsNamed(line, 'smp', 'machine', 'M');
  const levels = {} as Record<Level, Value<number>>;
  const labels: Partial<Record<Level, Span>> = {};
  for (const level of LEVELS) {
    const { value, label } = readSmp(line, options, level);
    levels[level] = value;
    if (label) labels[level] = label;
  }
  const written = readSmp(line, options, 'cpus').value;
  const max = readSmp(line, options, 'maxcpus').value;
  const vcpus = written.state === 'absent' ? absentVcpus(written, max, levels, machine) : written;
  return {
    ...levels,
    vcpus,
    maxVcpus: max.state === 'absent' ? mapDefault(max, vcpus) : max,
    labels,
  };
}

/**
 * Without cpus= QEMU takes maxcpus, else the product of the levels, else the machine's default
 * (hw/core/machine-smp.c: machine_parse_smp_config).
 */
function absentVcpus(
  written: Absent<number>,
  max: Value<number>,
  levels: Readonly<Record<Level, Value<number>>>,
  machine: Machine,
): Value<number> {
  if (max.state !== 'absent') return max.state === 'known' ? derived(max.value, max.span, [max]) : max;
  const values = Object.values(levels);
  const gap = values.find((level) => level.state === 'unknown');
  if (gap) return gap;
  const family = effective(machine.type)?.family ?? 'other';
  if (family === 'other' && values.every((level) => level.state === 'absent')) return written;
  return absent(
    written.owner,
    values.reduce((product, level) => product * (effective(level) ?? 1), 1),
  );
}

function mapDefault(max: Value<number>, vcpus: Value<number>): Value<number> {
  if (vcpus.state === 'unknown') return vcpus;
  return absent(placeOf(max), effective(vcpus));
}
