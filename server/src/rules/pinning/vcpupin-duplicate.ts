import { complete } from '../../guest/collection.ts';
import type { Guest } from '../../guest/guest.ts';
import type { IoThreadPin, VcpuPin } from '../../guest/threads.ts';
import { effective, isKnown, type Known, type Value } from '../../guest/value.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type GuestContext } from '../define.ts';

export default defineRule({
  name: 'vcpupin-duplicate',
  reads: 'guest',
  only: 'libvirt',
  topic: 'pinning',
  severity: 'error',
  summary: 'A vCPU or an I/O thread is pinned twice.',
  explains: ['vcpu-partially-pinned'],
  sources: [
    {
      title: 'libvirt: duplicate vcpupin for vcpu',
      ref: 'src/conf/domain_conf.c: virDomainVcpuPinDefParseXML, virDomainIothreadPinDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { topology, threads } = context.guest;
    const count = isKnown(topology.maxVcpus) ? topology.maxVcpus.value : undefined;
    // Pins of vCPUs that are not there are dropped before they are compared.
    const vcpuPins = threads.vcpuPins.items.filter(
      ({ vcpu }) => count !== undefined && isKnown(vcpu) && vcpu.value < count,
    );
    checkPins(context, vcpuPins, (pin) => pin.vcpu, {
      thing: 'vCPU',
      refusal: (id) => `duplicate vcpupin for vcpu '${id}'`,
      spare: spareVcpu(context.guest, count),
    });
    const known = threads.ioThreads;
    const ioThreadPins = threads.ioThreadPins.items.filter(
      ({ thread }) => isKnown(known) && isKnown(thread) && known.value.has(thread.value),
    );
    checkPins(context, ioThreadPins, (pin) => pin.thread, {
      thing: 'I/O thread',
      refusal: (id) => `duplicate iothreadpin for same iothread '${id}'`,
    });
  },
});

interface Kind {
  readonly thing: string;
  refusal(id: number): string;
  /** The only one that has no pin, where one pin too many means that it was meant. */
  readonly spare?: number | undefined;
}

function checkPins<T extends VcpuPin | IoThreadPin>(
  { report }: GuestContext,
  pins: readonly T[],
  idOf: (pin: T) => Value<number>,
  kind: Kind,
): void {
  const seen = new Map<number, T>();
  for (const pin of pins) {
    const id = idOf(pin);
    if (!isKnown(id)) continue;
    const first = seen.get(id.value);
    if (!first) {
      seen.set(id.value, pin);
      continue;
    }
    report({
      message: `${kind.thing} ${id.value} is pinned twice: libvirt refuses the domain with "${kind.refusal(id.value)}".`,
      at: id.span,
      about: pin,
      related: [{ span: first.span, message: 'The first pin.' }],
      fixes: fixesFor(first, pin, id, kind),
    });
  }
}

function fixesFor(
  first: VcpuPin | IoThreadPin,
  second: VcpuPin | IoThreadPin,
  id: Known<number>,
  { thing, spare }: Kind,
): Fix[] {
  const a = effective(first.cpus);
  const same = a !== undefined && (effective(second.cpus)?.equals(a) ?? false);
  const fixes: Fix[] = [];
  if (spare !== undefined && !same) {
    fixes.push({
      title: `Pin ${thing} ${spare} here, which has no pin`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: id, text: String(spare) }],
    });
  }
  fixes.push({
    title: 'Remove the second pin',
    applicability: same ? 'safe' : 'suggestion',
    changes: [{ op: 'remove', entity: second }],
  });
  return fixes;
}

function spareVcpu(guest: Guest, count: number | undefined): number | undefined {
  const pins = complete(guest.threads.vcpuPins);
  if (!pins || count === undefined || pins.length !== count) return undefined;
  const pinned = IndexSet.from(pins.map(({ vcpu }) => effective(vcpu) ?? 0));
  const rest = IndexSet.first(count).subtract(pinned);
  return rest.size === 1 ? rest.max : undefined;
}
