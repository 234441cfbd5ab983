import type { Guest } from '../../guest/guest.ts';
import { configOf, resolveTopology } from '../../guest/layout.ts';
import { isX86 } from '../../guest/machine.ts';
import type { Smp, SmpConfig } from '../../guest/smp.ts';
import { LEVELS, type Level } from '../../guest/topology.ts';
import { isKnown, placeOf } from '../../guest/value.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { type Grouping, nearestTopologies, writtenAs } from './nearestTopologies.ts';
import { counted, listed } from './wording.ts';

/** What libvirt wants in every <topology> (src/conf/cpu_conf.c: virCPUDefParseXML). */
const REQUIRED = ['sockets', 'cores', 'threads'] as const;

export default defineRule({
  name: 'smp-product-mismatch',
  reads: 'guest',
  topic: 'numa',
  severity: 'error',
  summary: 'Sockets, cores and threads make room for another number of vCPUs than there is.',
  sources: [
    {
      title: 'QEMU: product of the hierarchy must match maxcpus',
      ref: 'hw/core/machine-smp.c: machine_parse_smp_config',
    },
    {
      title: "libvirt: CPU topology doesn't match maximum vcpu count",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefCpu',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, target } = context;
    if (guest.dialect === 'libvirt' && reportIncomplete(context)) return;
    const smp = resolveTopology(guest, target);
    if (!smp) return;
    if (smp.product !== smp.maxcpus) reportProduct(context, smp);
    else if (guest.dialect === 'libvirt' && smp.levels.clusters > 1 && isX86(guest.machine))
      reportClusters(context);
  },
});

function reportProduct({ guest, report }: GuestContext, smp: Smp): void {
  const { topology, dialect } = guest;
  const config = configOf(topology);
  if (!config) return;
  const refusal =
    dialect === 'qemu'
      ? 'QEMU stops with "Invalid CPU topology: product of the hierarchy must match maxcpus"'
      : `libvirt refuses the domain with "CPU topology doesn't match maximum vcpu count"`;
  const there = isKnown(topology.maxVcpus) || isKnown(topology.vcpus);
  report({
    message:
      `${factorsOf(smp)} make room for ${counted(smp.product, 'vCPU')}, but there ${smp.maxcpus === 1 ? 'is' : 'are'} ` +
      `${smp.maxcpus}: ${refusal}.`,
    at: there
      ? placeOf(isKnown(topology.maxVcpus) ? topology.maxVcpus : topology.vcpus)
      : placeOf(topology.sockets),
    about: topology,
    fixes: fixesFor(guest, smp, config),
  });
}

/** `2 sockets * 4 cores * 1 thread`: those that every machine has, and others that are more than one. */
const factorsOf = ({ levels }: Smp): string =>
  LEVELS.filter((level) => levels[level] > 1 || (REQUIRED as readonly Level[]).includes(level))
    .map((level) => counted(levels[level], level.slice(0, -1)))
    .join(' * ');

/** Another grouping of the vCPUs there are; last, as many vCPUs as there is room for. */
function fixesFor(guest: Guest, smp: Smp, config: SmpConfig): Fix[] {
  const { topology, dialect } = guest;
  const all = nearestTopologies(config, smp, guest.nodes.items.length, 3);
  const fixes = all.map((grouping): Fix => {
    // QEMU works out one of cores and sockets itself, libvirt nothing.
    const open = config.cores === undefined ? 'cores' : 'sockets';
    const follows = (level: Level): boolean => dialect === 'qemu' && level === open;
    return {
      title: `Group them as ${titleOf(grouping)}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: topology, field: 'levels', to: writtenAs(grouping, config, follows) }],
    };
  });
  return [
    ...fixes,
    {
      title: `Give the guest ${counted(smp.product, 'vCPU')}`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: topology, field: 'maxVcpus', to: smp.product }],
    },
  ];
}

const titleOf = ({ sockets, dies, cores, threads }: Grouping): string =>
  listed([
    counted(sockets, 'socket'),
    ...(dies > 1 ? [counted(dies, 'die')] : []),
    counted(cores, 'core'),
    counted(threads, 'thread'),
  ]);

/** What libvirt refuses before it multiplies. */
function reportIncomplete(context: GuestContext): boolean {
  const { guest, report } = context;
  const { topology } = guest;
  if (LEVELS.every((level) => topology[level].state === 'absent')) return false;
  const missing = REQUIRED.find((level) => topology[level].state === 'absent');
  const zero = LEVELS.find((level) => isKnown(topology[level]) && topology[level].value === 0);
  const wrong = missing ?? zero;
  if (!wrong) return false;
  report({
    message: missing
      ? `The topology names no ${missing}: libvirt refuses the domain with "Missing required attribute '${missing}' ` +
        `in element 'topology'".`
      : `A topology with 0 ${zero}: libvirt refuses the domain with "Invalid value for attribute '${zero}' in ` +
        `element 'topology': Zero is not permitted".`,
    at: placeOf(topology[wrong]),
    about: topology,
    fixes: completion(context, wrong),
  });
  return true;
}

/** The number that makes the product come out, where there is one; else 1, and the product is the next finding. */
function completion({ guest, target }: GuestContext, level: Level): Fix[] {
  const smp = resolveTopology(guest, target);
  const others =
    smp && LEVELS.filter((other) => other !== level).reduce((p, other) => p * smp.levels[other], 1);
  if (!smp || !others) return [];
  const exact = smp.maxcpus / others;
  const to = Number.isInteger(exact) ? exact : 1;
  return [
    {
      title: `Write ${level}='${to}'`,
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: guest.topology, field: 'levels', to: { [level]: to } }],
    },
  ];
}

/** Where the product comes out with them, libvirt hands the clusters on, to a QEMU that has no such level. */
function reportClusters({ guest, report }: GuestContext): void {
  const { clusters, cores } = guest.topology;
  if (!isKnown(clusters) || !isKnown(cores)) return;
  const merged = cores.value * clusters.value;
  report({
    message:
      `An x86 machine has no clusters, so ${clusters.value} of them are refused: QEMU stops with "clusters > 1 not ` +
      `supported by this machine's CPU topology".`,
    at: clusters.span,
    about: guest.topology,
    fixes: [
      {
        title: `Make it one cluster of ${counted(merged, 'core')}`,
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: guest.topology, field: 'levels', to: { clusters: 1, cores: merged } }],
      },
    ],
  });
}
