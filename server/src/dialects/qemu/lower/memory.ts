import { pageSizeIn, pathKind } from '../../../catalogue/hostPaths.ts';
import { type Collection, type Found, findById } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { Machine } from '../../../guest/machine.ts';
import type { Backing, Memory, MemoryPolicy, MemorySharer } from '../../../guest/memory.ts';
import {
  absent,
  derived,
  effective,
  isKnown,
  isUnknown,
  mapValue,
  placeOf,
  unknown,
  type Value,
} from '../../../guest/value.ts';
import { type Bytes, MiB } from '../../../values/byteSize.ts';
import { type CommandLine, mergedValue, optionsNamed } from '../commandLine.ts';
import type { Option } from '../option.ts';
import { lowerPersistent } from './persistent.ts';
import { readBoolean, readBytes, readMebibytes, readNumber, readUnion } from './read.ts';
import { labelOf, type Sources } from './sources.ts';

/** Of the machines whose family we know (hw/core/machine.c: machine_class_base_init). */
const DEFAULT_RAM = 128n * MiB;

/** backends/hostmem-memfd.c, hostmem-shm.c: their instances start as shared. */
const SHARED_BY_DEFAULT: ReadonlySet<string> = new Set(['memory-backend-memfd', 'memory-backend-shm']);

const POLICIES: ReadonlySet<string> = new Set(['default', 'preferred', 'bind', 'interleave']);

export function lowerBackings(line: CommandLine, sources: Sources): Collection<Backing> {
  const items: Backing[] = [];
  const openedBy = [...line.openedBy];
  const preallocated = optionsNamed(line, 'mem-prealloc').length > 0;
  for (const option of optionsNamed(line, 'object')) {
    const type = option.head;
    if (isUnknown(type)) openedBy.push(type.span);
    if (!isKnown(type) || !type.value.startsWith('memory-backend-')) continue;
    const backing: Backing = {
      kind: 'backing',
      span: option.span,
      label: labelOf(option),
      id: option.value('id'),
      type,
      size: readBytes(option.value('size')),
      policy: mapValue(option.value('policy'), (text) =>
        POLICIES.has(text) ? (text as MemoryPolicy) : undefined,
      ),
      hostNodes: readUnion(option, 'host-nodes'),
      // -mem-prealloc is a default for all of them (softmmu/vl.c: qemu_process_sugar_options).
      prealloc: withDefault(readBoolean(option.value('prealloc')), preallocated),
      allocators: readAllocators(option, preallocated),
      share: withDefault(readBoolean(option.value('share')), SHARED_BY_DEFAULT.has(type.value)),
      path: option.value('mem-path'),
      ...lowerPages(option, type.value),
    };
    items.push(backing);
    sources.set(backing, option);
  }
  return { items, openedBy };
}

/** -mem-prealloc gives each as many as there are vCPUs. */
function readAllocators(option: Option, preallocated: boolean): Value<number> {
  const written = readNumber(option.value('prealloc-threads'));
  if (written.state !== 'absent') return written;
  return preallocated ? unknown('not-evaluated', option.span) : absent(option.span, 1);
}

/** Only a memfd says itself whether its pages are huge; for a file it follows from where the file is. */
function lowerPages(option: Option, type: string): Pick<Backing, 'huge' | 'pageSize'> {
  if (type !== 'memory-backend-file') {
    const huge = withDefault(readBoolean(option.value('hugetlb')), false);
    return { huge, pageSize: readBytes(option.value('hugetlbsize')) };
  }
  const path = option.value('mem-path');
  if (path.state === 'unknown') return { huge: path, pageSize: path };
  if (path.state === 'absent') return { huge: absent(path.owner), pageSize: absent(path.owner) };
  const size = pageSizeIn(path.value);
  return {
    huge: derived(pathKind(path.value) === 'hugetlbfs', path.span, [path]),
    pageSize: size === undefined ? absent(path.span) : derived(size, path.span, [path]),
  };
}

const withDefault = <T>(value: Value<T>, byDefault: T): Value<T> =>
  value.state === 'absent' ? absent(value.owner, byDefault) : value;

/** `-m` is sugar for a property of the machine, which `-machine memory.size=` sets in bytes. The last one wins. */
function readRamSize(line: CommandLine): Value<Bytes> {
  for (const option of optionsNamed(line, 'm', 'machine', 'M').toReversed()) {
    const size =
      option.name === 'm'
        ? readMebibytes(option.value('size'))
        : option.find('memory.size') && readBytes(option.value('memory.size'));
    if (size && size.state !== 'absent') return size;
  }
  return readMebibytes(mergedValue(line, ['m'], 'size'));
}

/** A reference by object id; `/objects/m0` names the same object as `m0`. */
export function referTo(id: Value<string>, backings: Collection<Backing>): Reference<Backing> {
  const target: Found<Backing> = isKnown(id)
    ? findById(backings, id.value.replace(/^\/objects\//, ''))
    : { state: id.state === 'absent' ? 'absent' : 'unknown' };
  return { id, target };
}

export function lowerMemory(line: CommandLine, machine: Machine, backings: Collection<Backing>): Memory {
  const path = optionsNamed(line, 'mem-path').at(-1);
  const whole = referTo(mergedValue(line, ['machine', 'M'], 'memory-backend'), backings);
  const size = readRamSize(line);
  const known = (effective(machine.type)?.family ?? 'other') !== 'other';
  return {
    size: known && whole.id.state === 'absent' ? withDefault(size, DEFAULT_RAM) : size,
    inDevices: absent(line.command, 0n),
    growable: readGrowable(line),
    backings,
    whole,
    path: path ? path.plain : absent(line.command),
    sharers: lowerSharers(line),
    persistent: lowerPersistent(line),
  };
}

/** slots= says so, maxmem= where it leaves room (hw/core/numa.c: numa_complete_configuration). */
function readGrowable(line: CommandLine): Value<boolean> {
  const gap = ['slots', 'maxmem']
    .map((key) => mergedValue(line, ['m'], key))
    .find((value) => value.state !== 'absent');
  return gap ? unknown('not-evaluated', placeOf(gap)) : absent(line.command, false);
}

/** Devices and network back ends of the vhost-user protocol (QEMU docs/interop/vhost-user.rst). */
function lowerSharers(line: CommandLine): readonly MemorySharer[] {
  const sharers: MemorySharer[] = [];
  for (const option of optionsNamed(line, 'device', 'netdev')) {
    if (option.makes === undefined || !/^vhost-user(-|$)/.test(option.makes)) continue;
    const label = labelOf(option);
    sharers.push({ kind: 'memory-sharer', span: option.span, label, name: option.makes, refused: false });
  }
  return sharers;
}
