import type { Option } from '../../dialects/qemu/option.ts';
import { parseQemuSize } from '../../values/byteSize.ts';
import { sizeMeant } from '../memory/size-suffix.ts';
import type { Reader } from './readers.ts';
import type { Misfit } from './values.ts';

/** Numbers that QEMU reads with a reader of the option's own, each with a refusal of its own. */
const whole = (refusal: string, sign: RegExp): Reader => {
  const form = new RegExp(`^\\s*${sign.source}(0x[0-9a-f]+|\\d+)$`, 'i');
  return (text) => (form.test(text) ? undefined : { fact: 'is a whole number', refusal });
};

const UNSIGNED = whole('expects a uint64 value', /\+?/);
const SIGNED = whole('expects an int64 value', /[+-]?/);
const SLOTS = whole('expects a number', /[+-]?/);

const INTEGER = whole('expects integer', /[+-]?/);

/** A number of the topology; QEMU reads one below 0, and then finds that nothing fits. */
const level = (refusal: string): Reader => {
  return (text) =>
    INTEGER(text) ??
    (/^\s*-/.test(text) ? { fact: 'is a number from 1 on', refusal, whole: true } : undefined);
};

const COUNT = level('Invalid SMP CPUs');
const LEVEL = level('Invalid CPU topology');

/** What has too many letters behind the number is the matter of size-suffix. */
const size =
  (refusal: string): Reader =>
  (text) =>
    // Blanks, signs, points and hexadecimal numbers with a letter are read differently from version to version.
    /^(\s|\+|\.|0x)/i.test(text) || parseQemuSize(text) !== undefined || sizeMeant(text) !== undefined
      ? undefined
      : { fact: 'is a size, a number with at most one letter behind it', refusal };

const OF_MEMORY = size('expects a non-negative number below 2^64');
const SIZE = size('expects a size value');

/** A size in the tables of the memory, of which no other rule tells that it has too many letters. */
const OF_TABLE: Reader = (text) =>
  SIZE(text) ??
  (sizeMeant(text) === undefined || parseQemuSize(text) !== undefined
    ? undefined
    : { fact: 'is a size, a number with at most one letter behind it', refusal: 'expects a size value' });

/** The last node of a host that QEMU can speak of is 127 (include/sysemu/numa.h: MAX_NODES). */
const HOST_NODES: Reader = (text) => {
  const match = /^\s*(0x[0-9a-f]+|\d+)(?:-(0x[0-9a-f]+|\d+))?$/i.exec(text);
  if (!match) {
    return { fact: 'is a number or a range', refusal: 'expects a uint64 value or range' };
  }
  if (match[2] !== undefined && Number(match[2]) < Number(match[1])) {
    return { fact: 'is a range upwards', refusal: 'expects a uint64 value or range' };
  }
  const highest = Number(match[2] ?? match[1]);
  return highest < 128
    ? undefined
    : { fact: 'is at most 127', refusal: `Invalid host-nodes value: ${highest}`, whole: true };
};

/** backends/hostmem.c: host_memory_backend_set_prealloc_threads. */
const PREALLOC_THREADS: Reader = (text) =>
  UNSIGNED(text) ??
  (Number(text) === 0
    ? {
        fact: 'is at least 1',
        refusal: "property 'prealloc-threads' of the memory backend doesn't take value '0'",
        whole: true,
      }
    : undefined);

const OF_NUMA: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  node: { nodeid: UNSIGNED, initiator: UNSIGNED, mem: SIZE },
  dist: { src: UNSIGNED, dst: UNSIGNED, val: UNSIGNED },
  cpu: {
    'node-id': SIGNED,
    'socket-id': SIGNED,
    'die-id': SIGNED,
    'cluster-id': SIGNED,
    'core-id': SIGNED,
    'thread-id': SIGNED,
  },
  'hmat-lb': { initiator: UNSIGNED, target: UNSIGNED, latency: UNSIGNED, bandwidth: OF_TABLE },
  'hmat-cache': { 'node-id': UNSIGNED, size: OF_TABLE, level: UNSIGNED, line: UNSIGNED },
};

const OF_BACKEND: Readonly<Record<string, Reader>> = {
  align: SIZE,
  'host-nodes': HOST_NODES,
  hugetlbsize: SIZE,
  offset: SIZE,
  'prealloc-threads': PREALLOC_THREADS,
  size: SIZE,
};

const OF_M: Readonly<Record<string, Reader>> = { maxmem: OF_MEMORY, size: OF_MEMORY, slots: SLOTS };

/** The letters of the drives to boot from, each once (softmmu/bootdevice.c: validate_bootdevices). */
const BOOT: Reader = (text) => {
  const letters = [...text];
  const odd = letters.find((letter) => letter < 'a' || letter > 'p');
  const twice = letters.find((letter, i) => letters.indexOf(letter) < i);
  if (odd === undefined && twice === undefined) return undefined;
  return {
    fact: 'is a row of letters from a to p, each at most once',
    refusal: odd === undefined ? `Boot device '${twice}' was given twice` : `Invalid boot device '${odd}'`,
    whole: true,
  };
};

const OF_BOOT: Readonly<Record<string, Reader>> = { once: BOOT, order: BOOT };

const LEVELS = /^(sockets|dies|clusters|modules|books|drawers|cores|threads)$/;

function levelOf(key: string): Reader | undefined {
  if (key === 'cpus' || key === 'maxcpus') return COUNT;
  return LEVELS.test(key) ? LEVEL : undefined;
}

/** Options that are not read as the schema says, in part or in all. */
export const READ_ALONE: readonly string[] = ['numa', 'boot', 'm', 'object', 'smp', 'machine', 'M'];

/** How QEMU reads a value of -numa, -smp, -m, -boot or a memory backend; undefined for any other. */
function readerOf(option: Option, key: string): Reader | undefined {
  const pick = (table: Readonly<Record<string, Reader>> | undefined): Reader | undefined =>
    table && Object.hasOwn(table, key) ? table[key] : undefined;
  const type = option.makes ?? '';
  switch (option.name) {
    case 'numa':
      return pick(Object.hasOwn(OF_NUMA, type) ? OF_NUMA[type] : undefined);
    case 'boot':
      return pick(OF_BOOT);
    case 'm':
      return pick(OF_M);
    case 'object':
      return type.startsWith('memory-backend-') ? pick(OF_BACKEND) : undefined;
    case 'smp':
      return levelOf(key);
    case 'machine':
    case 'M':
      return key.startsWith('smp.') ? levelOf(key.slice(4)) : undefined;
    default:
      return undefined;
  }
}

/**
 * Why a text is no value of -numa, -smp, -m, -boot or a memory backend.
 * @returns undefined where it is one, and for everything else
 */
export const misfitOfOwn = (option: Option, key: string, text: string): Misfit | undefined =>
  readerOf(option, key)?.(text);

/** What QEMU calls the parameter in its refusal. */
export const calledInRefusal = (option: Option, key: string): string =>
  option.name === 'smp' || option.name === 'boot' ? `${option.name}.${key}` : key;
