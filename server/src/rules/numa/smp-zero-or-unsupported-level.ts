import { LEVEL_SINCE, supportedLevels, vcpuLimit } from '../../catalogue/smpLevels.ts';
import type { Change } from '../../dialects/change.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { resolveTopology } from '../../guest/layout.ts';
import { atLeast, NEWEST_QEMU, type Version } from '../../guest/target.ts';
import { LEVELS, type Level } from '../../guest/topology.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext, type Report } from '../define.ts';
import { counted } from './wording.ts';

/** From here on QEMU refuses 0, which it took for left out before. */
const REFUSES_ZERO = [9, 0] as const;

const KEYS: readonly string[] = ['cpus', 'maxcpus', ...LEVELS];

/** One number of the topology, as a property of -smp or of the machine. */
interface SmpProperty {
  readonly option: Option;
  readonly property: Property;
  /** Without the machine's `smp.`. */
  readonly key: string;
}

export default defineRule({
  name: 'smp-zero-or-unsupported-level',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'A number of -smp is 0, or speaks of a level or a count that the machine does not have.',
  explains: ['smp-product-mismatch'],
  sources: [
    {
      title: 'QEMU: CPU topology parameters must be greater than zero; not supported by this machine',
      ref: 'hw/core/machine-smp.c: machine_parse_smp_config',
    },
    { title: 'QEMU manual: removed features', ref: 'docs/about/removed-features.rst: -smp (parameter=0)' },
  ],
  since: '0.1.0',
  check(context) {
    for (const found of smpProperties(context)) {
      const finding = judge(context, found);
      if (finding) context.report({ about: context.guest.topology, ...finding });
    }
    reportCount(context);
  },
});

function smpProperties({ line }: QemuContext): SmpProperty[] {
  const found: SmpProperty[] = [];
  const names = optionsNamed(line, 'machine', 'M').some(saysSmp) ? ['smp', 'machine', 'M'] : ['smp'];
  for (const option of optionsNamed(line, ...names)) {
    for (const property of option.properties) {
      const { key } = property;
      if (option.name === 'smp') found.push({ option, property, key });
      else if (key.startsWith('smp.')) found.push({ option, property, key: key.slice(4) });
    }
  }
  return found;
}

const saysSmp = ({ text }: Option): boolean => text.properties.some(({ key }) => key.startsWith('smp.'));

function judge(context: QemuContext, found: SmpProperty): Report | undefined {
  const { key, property, option } = found;
  if (!KEYS.includes(key)) return unknownKey(found);
  const number = readNumber(property.value);
  // Of a number that is written twice the last one counts.
  if (!isKnown(number) || option.find(property.key) !== property) return undefined;
  if (number.value === 0) return zero(context, found);
  return (LEVELS as readonly string[]).includes(key)
    ? unsupported(context, found, key as Level, number.value)
    : undefined;
}

function unknownKey({ option, property, key }: SmpProperty): Report {
  const refusal =
    property.form === 'flag'
      ? `Expected '=' after parameter '${key}'`
      : `Parameter 'smp.${key}' is unexpected`;
  const similar = property.form === 'flag' ? undefined : mostSimilar(key, KEYS);
  const prefix = option.name === 'smp' ? '' : 'smp.';
  const rename: Fix[] = similar
    ? [
        {
          title: `Call it ${similar}`,
          applicability: 'suggestion',
          changes: [{ op: 'rename-property', option, property, key: prefix + similar }],
        },
      ]
    : [];
  return {
    message: `The topology has no ${key}: QEMU stops with "${refusal}".`,
    at: property.span,
    fixes: [...rename, remove({ option, property, key })],
  };
}

const remove = ({ option, property, key }: SmpProperty): Fix => ({
  title: `Remove ${key}`,
  applicability: 'suggestion',
  changes: [{ op: 'remove-property', option, property }],
});

function zero({ target }: QemuContext, found: SmpProperty): Report {
  const { option, property, key } = found;
  const refused = atLeast(target.qemu ?? NEWEST_QEMU, REFUSES_ZERO);
  const since = refused
    ? 'QEMU stops with "Invalid CPU topology: CPU topology parameters must be greater than zero". Before 9.0 it took ' +
      'that for left out.'
    : 'this QEMU takes that for left out, and from 9.0 on it is refused.';
  const one: Fix = {
    title: 'Write 1',
    applicability: 'suggestion',
    changes: [{ op: 'set-property', option, key: property.key, text: '1' }],
  };
  return {
    message: `${key} is 0: ${since}`,
    at: property.span,
    ...(refused ? {} : { severity: 'warning' }),
    fixes: property.form === 'implied' ? [one] : [{ ...remove(found), applicability: 'safe' }, one],
  };
}

/** A level that this QEMU, or this machine, does not have; of one that is only young nothing worse is said than that. */
function unsupported(
  context: QemuContext,
  found: SmpProperty,
  level: Level,
  value: number,
): Report | undefined {
  const { guest, target } = context;
  const type = effective(guest.machine.type);
  const since = LEVEL_SINCE[level];
  const at = found.property.span;
  if (since && target.qemu && !atLeast(target.qemu, since)) {
    return {
      message: `${level} are known since QEMU ${since.join('.')}: this one stops with "Parameter 'smp.${level}' is unexpected".`,
      at,
      fixes: fold(context, found, level, value),
    };
  }
  const supported = value > 1 ? supportedLevels(type, effective(guest.machine.arch)) : undefined;
  if (supported && !supported.includes(level)) {
    return {
      message:
        `The machine has no ${level}, so ${value} of them are too many: QEMU stops with "${level} > 1 not supported by ` +
        'this machine\'s CPU topology".',
      at,
      fixes: fold(context, found, level, value),
    };
  }
  const young: Version = [8, 2];
  const dated = type?.version && since && atLeast(type.version, since);
  if (!since || !atLeast(since, young) || target.qemu || dated) return undefined;
  return {
    severity: 'information',
    message: `${level} are known since QEMU ${since.join('.')}: older ones stop with "Parameter 'smp.${level}' is unexpected".`,
    at,
    ...(value === 1 ? { fixes: [{ ...remove(found), applicability: 'safe' }] } : {}),
  };
}

/** A level of 1 changes nothing; of others the cores can take over what they multiplied. */
function fold({ guest, target }: QemuContext, found: SmpProperty, level: Level, value: number): Fix[] {
  if (value === 1) return [{ ...remove(found), applicability: 'safe' }];
  const removal: Change = { op: 'remove-property', option: found.option, property: found.property };
  const { cores } = guest.topology;
  const smp = resolveTopology(guest, target);
  if (cores.state === 'absent' || !smp) return [{ ...remove(found) }];
  const merged = smp.levels.cores * value;
  return [
    {
      title: `Count the ${level} among the cores: cores=${merged}`,
      applicability: 'suggestion',
      changes: [removal, { op: 'set', entity: guest.topology, field: 'levels', to: { cores: merged } }],
    },
    remove(found),
  ];
}

/** More vCPUs than a machine takes. */
function reportCount({ guest, target, report }: QemuContext): void {
  const { topology, machine } = guest;
  const type = effective(machine.type);
  const count = isKnown(topology.maxVcpus) ? topology.maxVcpus : topology.vcpus;
  if (!type || !isKnown(count)) return;
  const limit = vcpuLimit(type, target.qemu ?? NEWEST_QEMU);
  const cautious = vcpuLimit(type, target.qemu ?? [8, 0]);
  if (limit === undefined || cautious === undefined || count.value <= cautious) return;
  const refused = count.value > limit;
  report({
    ...(refused ? {} : { severity: 'warning' }),
    message: refused
      ? `Machine ${type.name} takes ${counted(limit, 'vCPU')}, not ${count.value}: QEMU stops with "Invalid SMP CPUs ${count.value}".`
      : `Before QEMU 8.1 machine ${type.name} takes ${counted(cautious, 'vCPU')}, not ${count.value}, and later ones want a CPU ` +
        'model with x2APIC for that many.',
    at: count.span,
    about: topology,
    fixes: [
      {
        title: `Give the guest ${counted(refused ? limit : cautious, 'vCPU')}`,
        applicability: 'suggestion',
        changes: [{ op: 'set', entity: topology, field: 'maxVcpus', to: refused ? limit : cautious }],
      },
    ],
  });
}
