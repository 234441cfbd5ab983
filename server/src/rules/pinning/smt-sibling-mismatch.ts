import { coreOf, layoutOf } from '../../guest/layout.ts';
import type { Smp } from '../../guest/smp.ts';
import type { Host } from '../../host/host.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';
import { type KnownPin, knownPins } from './hostCpus.ts';
import { nameHostCpus, nameVcpus } from './wording.ts';

type Context = GuestContext & { readonly host: Host };

export default defineRule({
  name: 'smt-sibling-mismatch',
  reads: 'guest',
  only: 'libvirt',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'warning',
  summary:
    'What the guest takes for threads of one core are not threads of one core on the host, or the other way round.',
  sources: [
    { title: 'Linux: thread_siblings_list', ref: 'Documentation/ABI/stable/sysfs-devices-system-cpu' },
    { title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, vcpupin' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, target, host } = context;
    const smp = layoutOf(guest, target);
    const pins =
      smp && knownPins(guest).filter(({ vcpu, cpus }) => vcpu.value < smp.maxcpus && cpus.value.size === 1);
    if (!pins || pins.length < 2 || pins.some((pin) => !host.siblings(cpuOf(pin)))) return;
    if (new Set(pins.map(cpuOf)).size < pins.length) return;
    if (smp.levels.threads > 1) checkThreads(context, smp, pins);
    else checkCores(context, pins);
  },
});

const cpuOf = ({ cpus }: KnownPin): number => cpus.value.max!;

/** Pins by the core that the guest takes their vCPU for a thread of. */
function byCoreOf(smp: Smp, pins: readonly KnownPin[]): Map<number, KnownPin[]> {
  const cores = new Map<number, KnownPin[]>();
  for (const pin of pins) {
    const core = coreOf(smp, pin.vcpu.value);
    cores.set(core, [...(cores.get(core) ?? []), pin]);
  }
  return cores;
}

/** Threads of a core in the guest belong on threads of a core of the host. */
function checkThreads(context: Context, smp: Smp, pins: readonly KnownPin[]): void {
  const { guest, host, report } = context;
  const apart = byCoreOf(smp, pins);
  for (const [core, own] of apart) {
    const cpus = IndexSet.from(own.map(cpuOf));
    if (cpus.subtract(host.siblings(cpuOf(own[0]!))!).isEmpty) apart.delete(core);
  }
  const [own] = apart.values();
  if (!own) return;
  const at = own[1]!;
  const first = cpuOf(own[0]!);
  const consequence = sharesCore(host, own, pins)
    ? 'spreads its load over what is not apart'
    : `holds back from loading ${own.length === 2 ? 'both' : 'all'}, although each has a core of its own`;
  const more = apart.size > 1 ? ` It is so with ${apart.size} cores of the guest.` : '';
  report({
    message:
      `${nameVcpus(IndexSet.from(own.map(({ vcpu }) => vcpu.value)))} are threads of one core for the guest, and run on ` +
      `${nameHostCpus(IndexSet.from(own.map(cpuOf)))}: the siblings of host CPU ${first} are ${host.siblings(first)}, and the ` +
      `guest ${consequence}.${more}`,
    at: at.cpus.span,
    about: own,
    related: [{ span: own[0]!.cpus.span, message: `vCPU ${own[0]!.vcpu.value} is here.` }],
    fixes: [...reorder(guest, host, smp, pins), ...withoutThreads(context, smp, pins)],
  });
}

/** Whether one of these shares a core of the host with a vCPU that is of another core for the guest. */
function sharesCore(host: Host, own: readonly KnownPin[], pins: readonly KnownPin[]): boolean {
  const cores = IndexSet.of(own.flatMap((pin) => host.siblings(cpuOf(pin))!.ranges));
  return pins.some((pin) => !own.includes(pin) && cores.has(cpuOf(pin)));
}

/** Where every vCPU has a core of the host to itself, the guest may as well know. */
function withoutThreads({ guest, host }: Context, { levels }: Smp, pins: readonly KnownPin[]): Fix[] {
  if (pins.some((pin) => sharesCore(host, [pin], pins))) return [];
  return [
    {
      title: 'Tell the guest of cores without threads',
      applicability: 'suggestion',
      changes: [
        {
          op: 'set',
          entity: guest.topology,
          field: 'levels',
          to: { cores: levels.cores * levels.threads, threads: 1 },
        },
      ],
    },
  ];
}

/** Gives whole cores of the host to the cores of the guest, from the same CPUs as before. */
function reorder(guest: Context['guest'], host: Host, smp: Smp, pins: readonly KnownPin[]): Fix[] {
  const { threads } = smp.levels;
  const own = IndexSet.from(pins.map(cpuOf));
  const cores: number[][] = [];
  let left = own;
  for (const cpu of own) {
    if (!left.has(cpu)) continue;
    const core = host.siblings(cpu)!.intersect(own);
    left = left.subtract(core);
    if (core.size !== threads) return [];
    cores.push([...core]);
  }
  const byCore = byCoreOf(smp, pins);
  if (byCore.size !== cores.length || [...byCore.values()].some((each) => each.length !== threads)) return [];
  const to = new Map(
    [...byCore.values()].flatMap((each, i) =>
      each.map(({ vcpu }, thread) => [vcpu.value, IndexSet.from([cores[i]![thread]!])] as const),
    ),
  );
  return [
    {
      title: 'Pin threads of a core to siblings',
      applicability: 'suggestion',
      changes: [{ op: 'set', entity: guest.threads, field: 'vcpuPins', to }],
    },
  ];
}

/** Without threads the guest takes each vCPU for a core of its own. */
function checkCores({ host, report }: Context, pins: readonly KnownPin[]): void {
  const pairs = pins.flatMap((pin) => {
    const other = pins.find(
      (each) => each.vcpu.value < pin.vcpu.value && host.siblings(cpuOf(pin))!.has(cpuOf(each)),
    );
    return other ? [[other, pin] as const] : [];
  });
  const [pair] = pairs;
  if (!pair) return;
  const [first, second] = pair;
  const more = pairs.length > 1 ? ` So are ${pairs.length - 1} more.` : '';
  report({
    severity: 'information',
    message:
      `vCPUs ${first.vcpu.value} and ${second.vcpu.value} are two cores for the guest, and run on the threads of one, host ` +
      `CPUs ${host.siblings(cpuOf(second))}: with threads='2' in its topology the guest would know.${more}`,
    at: second.cpus.span,
    about: [first, second],
    related: [{ span: first.cpus.span, message: `vCPU ${first.vcpu.value} is here.` }],
  });
}
