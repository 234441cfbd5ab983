import { isKnown } from '../../guest/value.ts';
import type { Host } from '../../host/host.ts';
import { nearTo } from '../../placement/hostFacts.ts';
import { isKept, type Keeper, type Kept, type Place } from '../../placement/place.ts';
import { nameHostNodes, nameVcpus } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';

export type Pin = Extract<Keeper, { readonly kind: 'pin' }>;

/** Pins that lead away from the one host node that the memory is on; none where it is on several, or anywhere. */
export function strayPins({ keepers }: Kept, memory: Place, host: Host): Pin[] {
  if (!isKept(memory)) return [];
  const home = nearTo(memory.nodes, host);
  if (home.size !== 1) return [];
  return keepers.filter(
    (keeper): keeper is Pin =>
      keeper.kind === 'pin' && !host.nodesOfCpus(keeper.value.value).subtract(home).isEmpty,
  );
}

/** `vCPU 3 runs on host node 0`, `vCPUs 0-3 may run on host nodes 0-1`. */
export function sayStray(stray: readonly Pin[], memory: Kept, host: Host): string {
  const vcpus = IndexSet.from(
    stray.flatMap(({ pin }) => (pin.kind === 'vcpu-pin' && isKnown(pin.vcpu) ? [pin.vcpu.value] : [])),
  );
  const nodes = IndexSet.of(stray.flatMap(({ value }) => host.nodesOfCpus(value.value).ranges));
  const always = nodes.intersect(nearTo(memory.nodes, host)).isEmpty;
  const run = !always ? 'may run' : vcpus.size === 1 ? 'runs' : 'run';
  return `${nameVcpus(vcpus)} ${run} on ${nameHostNodes(nodes)}`;
}
