import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { meantQemu, writeInstead } from '../catalogue/meant.ts';
import { defineRule, type QemuContext, type Report } from '../define.ts';

const CACHES = ['l1d', 'l1i', 'l2', 'l3'];

/** qapi/machine-common.json: CpuTopologyLevel. */
const LEVELS = ['thread', 'core', 'module', 'cluster', 'die', 'socket', 'book', 'drawer', 'default'];

/** The levels that CPUs of a PC can share a cache at, the smallest first. */
const OF_PC = ['core', 'module', 'die', 'socket'];

export default defineRule({
  name: 'smp-cache-unfit',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'A cache of the guest is shared at a level that is none, or is told incompletely.',
  sources: [
    { title: 'QEMU: Invalid cache properties', ref: 'hw/core/machine-smp.c: machine_parse_smp_cache' },
    { title: "QEMU: L2 cache topology level shouldn't be lower than L1 cache", ref: 'hw/core/machine-smp.c' },
    { title: 'QEMU: smp-cache', ref: 'qapi/machine-common.json: SmpCacheProperties' },
  ],
  since: '0.1.0',
  check(context) {
    const options = optionsNamed(context.line, 'machine', 'M').filter(({ properties }) =>
      properties.some(({ key }) => key.startsWith('smp-cache.')),
    );
    // Lists in several options are joined in ways of their own; before 10.0 the machine has no such property.
    const [option] = options;
    if (!option || options.length > 1 || option.open) return;
    const version = meantQemu(context)?.catalogue.version;
    if (!version || !atLeast(version, [10, 0])) return;
    const found = faultIn(context, option);
    if (found) context.report({ about: option, ...found });
  },
});

interface Cache {
  readonly number: number;
  readonly cache: Property | undefined;
  readonly topology: Property | undefined;
}

const stops = (fact: string, refusal: string): string => `${fact}: QEMU stops with "${refusal}".`;

function faultIn(context: QemuContext, option: Option): Report | undefined {
  const parts = option.properties.filter(({ key }) => key.startsWith('smp-cache.'));
  const odd = parts.find(({ key }) => !/^smp-cache\.\d{1,4}\.(cache|topology)$/.test(key));
  if (odd) {
    const isListed = /^smp-cache\.\d+\./.test(odd.key);
    const refusal = isListed
      ? `Parameter '${odd.key}' is unexpected`
      : "Invalid parameter type for 'smp-cache', expected: array";
    return {
      message: stops('A cache is told as smp-cache.0.cache= and smp-cache.0.topology=', refusal),
      at: odd.span,
    };
  }
  const numbers = [...new Set(parts.map(({ key }) => Number(key.split('.')[1])))].toSorted((a, b) => a - b);
  const gap = numbers.findIndex((number, i) => number !== i);
  if (gap >= 0) {
    const first = parts.find(({ key }) => key.startsWith(`smp-cache.${numbers[gap]}.`))!;
    const fact = `The caches are counted from 0 on, and there is no number ${gap}`;
    return { message: stops(fact, `Parameter 'smp-cache.${gap}' missing`), at: first.span };
  }
  const caches = numbers.map((number) => ({
    number,
    cache: option.find(`smp-cache.${number}.cache`),
    topology: option.find(`smp-cache.${number}.topology`),
  }));
  for (const cache of caches) {
    const found = lackOf(cache) ?? wordOf(cache.cache, CACHES) ?? wordOf(cache.topology, LEVELS);
    if (found) return found;
  }
  return twiceIn(caches) ?? (isPc(context) ? levelsIn(caches) : undefined);
}

function lackOf({ number, cache, topology }: Cache): Report | undefined {
  if (cache && topology) return undefined;
  const key = `smp-cache.${number}.${cache ? 'topology' : 'cache'}`;
  const fact = `${cache ? 'Nothing says what shares this cache' : 'Nothing says which cache this is'}`;
  return { message: stops(fact, `Parameter '${key}' is missing`), at: (cache ?? topology)!.span };
}

function wordOf(property: Property | undefined, words: readonly string[]): Report | undefined {
  const value = property?.value;
  if (!value || !isKnown(value) || words.includes(value.value)) return undefined;
  const name = property.key.replace(/^.*\./, '');
  return {
    message: stops(
      `${name} is one of ${words.join(', ')}, not "${value.value}"`,
      `Parameter '${name}' does not accept value '${value.value}'`,
    ),
    at: value.span,
    fixes: writeInstead(value, mostSimilar(value.value, words)),
  };
}

const said = (property: Property | undefined): string | undefined => property && effective(property.value);

function twiceIn(caches: readonly Cache[]): Report | undefined {
  const seen = new Set<string>();
  for (const { cache } of caches) {
    const name = said(cache);
    if (name === undefined) continue;
    if (seen.has(name)) {
      return {
        message: stops(
          `${name} is told twice`,
          `Invalid cache properties: ${name}. The cache properties are duplicated`,
        ),
        at: cache!.span,
      };
    }
    seen.add(name);
  }
  return undefined;
}

const isPc = ({ guest }: QemuContext): boolean =>
  /^(q35|i440fx)$/.test(effective(guest.machine.type)?.family ?? '');

function levelsIn(caches: readonly Cache[]): Report | undefined {
  const levels = new Map<string, number>();
  for (const { cache, topology } of caches) {
    const [name, level] = [said(cache), said(topology)];
    if (name === undefined || level === undefined || level === 'default') continue;
    if (!OF_PC.includes(level)) {
      const refusal =
        level === 'thread'
          ? 'thread level cache not supported by this machine'
          : `Invalid topology level: ${level}. The topology level is not supported by this machine`;
      return {
        message: stops(`CPUs of a PC share a cache at ${OF_PC.join(', ')}, not at ${level}`, refusal),
        at: topology!.span,
      };
    }
    levels.set(name, OF_PC.indexOf(level));
  }
  const first = Math.max(levels.get('l1d') ?? -1, levels.get('l1i') ?? -1);
  return (
    lower(caches, levels, 'l2', first, 'L1') ?? lower(caches, levels, 'l3', levels.get('l2') ?? -1, 'L2')
  );
}

function lower(
  caches: readonly Cache[],
  levels: ReadonlyMap<string, number>,
  name: string,
  least: number,
  below: string,
): Report | undefined {
  const level = levels.get(name);
  if (level === undefined || level >= least) return undefined;
  const upper = name.toUpperCase();
  return {
    message: stops(
      `${upper} is shared by fewer CPUs than ${below}`,
      `Invalid smp cache topology. ${upper} cache topology level shouldn't be lower than ${below} cache`,
    ),
    at: caches.find(({ cache }) => said(cache) === name)!.topology!.span,
  };
}
