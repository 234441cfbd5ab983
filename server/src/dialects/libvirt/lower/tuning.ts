import type { Backing, MemoryPolicy } from '../../../guest/memory.ts';
import { absent, effective, mapValue, unknown, type Value } from '../../../guest/value.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Numatune } from '../numatune.ts';
import { parseLibvirtSet, type Reader, readDecimal } from '../values.ts';

/** numatune's words for what QEMU calls bind, preferred and interleave. */
const POLICIES: Readonly<Record<string, MemoryPolicy>> = {
  strict: 'bind',
  preferred: 'preferred',
  interleave: 'interleave',
  restrictive: 'restrictive',
};

interface Tuning extends Pick<Backing, 'policy' | 'hostNodes'> {
  /** Where it is written; undefined where nothing is. */
  readonly element: XmlElement | undefined;
}

/**
 * Where `<numatune>` puts the memory of a cell, or of a guest without cells.
 * @param owner the cell, else the domain; @param cellId undefined where there are no cells.
 */
export function lowerTuning(
  reader: Reader,
  { memory, memnodes, placement }: Numatune,
  owner: XmlElement,
  cellId: number | undefined,
): Tuning {
  const own =
    cellId !== undefined
      ? memnodes.find(
          (memnode) => effective(readDecimal(reader.attribute(memnode, 'cellid', memnode))) === cellId,
        )
      : undefined;
  const element = own ?? memory;
  const label = reader.label(element ?? owner);
  if (!own && (placement === 'auto' || placement === 'unknown')) {
    const policy = readMode(reader, element, label);
    const why = placement === 'auto' ? 'not-evaluated' : 'placeholder';
    return { element, policy, hostNodes: unknown(why, label) };
  }
  if (!element || (!own && placement === 'none')) {
    return { element, policy: absent(label), hostNodes: absent(label) };
  }
  const hostNodes = mapValue(reader.attribute(element, 'nodeset', element), parseLibvirtSet);
  return { element, policy: readMode(reader, element, label), hostNodes };
}

/** Without a mode it is strict. */
function readMode(
  reader: Reader,
  element: XmlElement | undefined,
  label: Backing['label'],
): Value<MemoryPolicy> {
  if (!element) return absent(label, 'bind');
  const mode = mapValue(reader.attribute(element, 'mode', element), (text) => POLICIES[text]);
  return mode.state === 'absent' ? absent(mode.owner, 'bind') : mode;
}
