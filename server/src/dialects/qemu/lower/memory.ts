import { type Collection, type Found, findById } from '../../../guest/collection.ts';
import type { Reference } from '../../../guest/entity.ts';
import type { Backing, GuestNode, Memory, MemoryPolicy } from '../../../guest/memory.ts';
import { absent, isKnown, isUnknown, mapValue, type Value } from '../../../guest/value.ts';
import { type CommandLine, mergedValue, optionsNamed } from '../commandLine.ts';
import { readBoolean, readBytes, readMebibytes, readNumber, readRanges, readUnion } from './read.ts';
import { labelOf, type Sources } from './sources.ts';

const POLICIES: ReadonlySet<string> = new Set(['default', 'preferred', 'bind', 'interleave']);

export function lowerBackings(line: CommandLine, sources: Sources): Collection<Backing> {
  const items: Backing[] = [];
  const openedBy = [...line.openedBy];
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
      prealloc: readBoolean(option.value('prealloc')),
      share: readBoolean(option.value('share')),
      path: option.value('mem-path'),
    };
    items.push(backing);
    sources.set(backing, option);
  }
  return { items, openedBy };
}

/** A reference by object id; `/objects/m0` names the same object as `m0`. */
export function referTo(id: Value<string>, backings: Collection<Backing>): Reference<Backing> {
  const target: Found<Backing> = isKnown(id)
    ? findById(backings, id.value.replace(/^\/objects\//, ''))
    : { state: id.state === 'absent' ? 'absent' : 'unknown' };
  return { id, target };
}

export function lowerNodes(
  line: CommandLine,
  backings: Collection<Backing>,
  sources: Sources,
): Collection<GuestNode> {
  const items: GuestNode[] = [];
  const openedBy = [...line.openedBy];
  for (const option of optionsNamed(line, 'numa')) {
    const type = option.head;
    if (isUnknown(type)) openedBy.push(type.span);
    if (!isKnown(type) || type.value !== 'node') continue;
    const id = readNumber(option.value('nodeid'));
    const node: GuestNode = {
      kind: 'guest-node',
      span: option.span,
      label: labelOf(option),
      // parse_numa_node (hw/core/numa.c): without nodeid= a node gets the number of nodes before it.
      id: id.state === 'absent' ? absent(id.owner, items.length) : id,
      cpus: option.open
        ? [{ state: 'unknown', why: 'not-evaluated', span: option.span }]
        : readRanges(option, 'cpus'),
      size: readMebibytes(option.value('mem')),
      backing: referTo(option.value('memdev'), backings),
    };
    items.push(node);
    sources.set(node, option);
  }
  return { items, openedBy };
}

export function lowerMemory(line: CommandLine, backings: Collection<Backing>): Memory {
  const path = optionsNamed(line, 'mem-path').at(-1);
  return {
    size: readMebibytes(mergedValue(line, ['m'], 'size')),
    backings,
    whole: referTo(mergedValue(line, ['machine', 'M'], 'memory-backend'), backings),
    path: path ? path.plain : absent(line.command),
  };
}
