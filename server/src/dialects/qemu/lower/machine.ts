import { type Machine, parseMachineType } from '../../../guest/machine.ts';
import type { Topology } from '../../../guest/topology.ts';
import {
  absent,
  derived,
  effective,
  known,
  mapValue,
  placeOf,
  unknown,
  type Value,
} from '../../../guest/value.ts';
import { type CommandLine, mergedValue } from '../commandLine.ts';
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

const LEVELS = ['sockets', 'dies', 'clusters', 'cores', 'threads'] as const;

export function lowerTopology(line: CommandLine): Topology {
  const level = (key: string): Value<number> => readNumber(mergedValue(line, ['smp'], key));
  const [sockets, dies, clusters, cores, threads] = LEVELS.map(level) as [
    Value<number>,
    Value<number>,
    Value<number>,
    Value<number>,
    Value<number>,
  ];
  const written = level('cpus');
  const max = level('maxcpus');
  const vcpus =
    written.state === 'absent'
      ? absentVcpus(written, max, [sockets, dies, clusters, cores, threads])
      : written;
  return {
    vcpus,
    maxVcpus: max.state === 'absent' ? mapDefault(max, vcpus) : max,
    sockets,
    dies,
    clusters,
    cores,
    threads,
  };
}

/**
 * Without cpus= QEMU takes maxcpus, else the product of the levels, else 1
 * (hw/core/machine-smp.c: machine_parse_smp_config).
 */
function absentVcpus(
  written: Value<number>,
  max: Value<number>,
  levels: readonly Value<number>[],
): Value<number> {
  if (written.state !== 'absent') return written;
  if (max.state !== 'absent') return max.state === 'known' ? derived(max.value, max.span, [max]) : max;
  const gap = levels.find((level) => level.state === 'unknown');
  if (gap) return gap;
  return absent(
    written.owner,
    levels.reduce((product, level) => product * (effective(level) ?? 1), 1),
  );
}

function mapDefault(max: Value<number>, vcpus: Value<number>): Value<number> {
  const byDefault = effective(vcpus);
  if (vcpus.state === 'unknown') return vcpus;
  return absent(placeOf(max), byDefault);
}
