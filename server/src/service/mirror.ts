import type { Change } from '../dialects/change.ts';
import type { Variant } from '../dialects/document.ts';
import { layoutOf } from '../guest/layout.ts';
import { ramSize, sizeOf } from '../guest/queries.ts';
import type { Target } from '../guest/target.ts';
import { effective } from '../guest/value.ts';
import { nearTo } from '../placement/hostFacts.ts';
import { onlyGroup, type Placement } from '../placement/placement.ts';
import { isLocated } from '../placement/verdict.ts';
import { type Bytes, GiB, MiB } from '../values/byteSize.ts';
import { IndexSet } from '../values/indexSet.ts';
import { mirrorLibvirt } from './mirrorLibvirt.ts';
import { mirrorQemu } from './mirrorQemu.ts';

/** A guest node to be made. */
export interface MirrorNode {
  readonly id: number;
  readonly hostNode: number;
  readonly vcpus: IndexSet;
  readonly size: Bytes;
  /** To each of the nodes in their order, as the firmware of the host gives them; empty where it does not. */
  readonly distances: readonly number[];
}

/** A guest that sees the host nodes that it uses. */
export interface Mirror {
  readonly nodes: readonly MirrorNode[];
  /** Of each node. */
  readonly cores: number;
  readonly threads: number;
}

/**
 * What a guest of one place would look like if it saw the host nodes of its devices: vCPUs and memory in equal parts.
 * Undefined where its devices are on one host node, or where something cannot be shared out evenly.
 */
export function planMirror(placement: Placement, target: Target): Mirror | undefined {
  const { guest, host, devices } = placement;
  const group = onlyGroup(placement);
  const layout = layoutOf(guest, target);
  if (!host || !group || !layout || layout.maxcpus !== layout.cpus) return undefined;
  const used = devices.filter(({ heavy }) => heavy).filter(isLocated);
  const hostNodes = [...new Set(used.map(({ nodes }) => [...nearTo(nodes, host)][0]!))].sort((a, b) => a - b);
  const count = hostNodes.length;
  const { threads } = layout.levels;
  const each = layout.cpus / count;
  const size = (group.node && sizeOf(group.node)) ?? ramSize(guest) ?? effective(guest.memory.size);
  const unit = group.backing.state === 'found' && effective(group.backing.item.huge) ? GiB : MiB;
  if (count < 2 || each % threads !== 0 || size === undefined || size % (unit * BigInt(count)) !== 0n) {
    return undefined;
  }
  const part = size / BigInt(count);
  if (hostNodes.some((id) => (host.node(id)?.memory ?? part) < part)) return undefined;
  return {
    cores: each / threads,
    threads,
    nodes: hostNodes.map((hostNode, id) => {
      const distances = hostNodes.map((to) => host.distance(hostNode, to));
      return {
        id,
        hostNode,
        vcpus: IndexSet.of([[id * each, (id + 1) * each - 1]]),
        size: part,
        distances: distances.filter((distance) => distance !== undefined),
      };
    }),
  };
}

/** The changes that make the guest nodes; where devices and vCPUs go then follows from the findings about them. */
export const writeMirror = (mirror: Mirror, variant: Variant, placement: Placement): Change[] | undefined =>
  variant.dialect === 'qemu' ? mirrorQemu(mirror, variant, placement) : mirrorLibvirt(mirror, variant);
