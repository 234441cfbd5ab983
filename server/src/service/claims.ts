import type { Subject, Variant } from '../dialects/document.ts';
import { isKnown } from '../guest/value.ts';
import type { Host } from '../host/host.ts';
import { demandsOf } from '../rules/memory/hostDemand.ts';
import { passedDevices } from '../rules/passthrough/hostDevices.ts';
import { knownPins } from '../rules/pinning/hostCpus.ts';
import type { Span } from '../text/span.ts';
import type { Bytes } from '../values/byteSize.ts';
import type { Analysis } from './analyze.ts';

/** Memory that has to come from one host node. */
export interface Bound {
  readonly node: number;
  readonly page: Bytes | undefined;
  readonly size: Bytes;
  readonly at: Span;
}

/** What a guest claims of its host for itself. */
export interface Claims {
  readonly analysis: Analysis;
  readonly subject: Subject;
  readonly name: string | undefined;
  /** `guest web1`. */
  readonly called: string;
  /** CPUs that a vCPU has alone, and where that is written. */
  readonly cpus: ReadonlyMap<number, Span>;
  readonly devices: ReadonlyMap<string, Span>;
  readonly memory: readonly Bound[];
}

/** What the guests of a document claim, whichever way through a script starts them. */
export function claimsOf(analysis: Analysis, host: Host): Claims[] {
  // Places in what a text carries are those of the excerpt.
  if (analysis.parts) return [];
  return analysis.document.subjects.flatMap((subject): Claims[] => {
    const [variant, ...others] = subject.variants;
    if (!variant) return [];
    const { guest } = variant;
    const name = isKnown(guest.name) ? guest.name.value : undefined;
    return [
      {
        analysis,
        subject,
        name,
        called: name === undefined ? `the guest of ${analysis.source.uri}` : `guest ${name}`,
        cpus: inAll(others, cpusOf(variant), cpusOf),
        devices: inAll(others, devicesOf(variant, host), (other) => devicesOf(other, host)),
        memory: others.length > 0 ? [] : boundIn(variant, host),
      },
    ];
  });
}

/** What every way of starting the guest claims. */
const inAll = <K>(
  others: readonly Variant[],
  claims: ReadonlyMap<K, Span>,
  read: (variant: Variant) => ReadonlyMap<K, Span>,
): ReadonlyMap<K, Span> =>
  new Map([...claims].filter(([key]) => others.every((other) => read(other).has(key))));

const cpusOf = ({ guest }: Variant): ReadonlyMap<number, Span> =>
  new Map(
    knownPins(guest).flatMap(({ cpus }) => (cpus.value.size === 1 ? [[cpus.value.max!, cpus.span]] : [])),
  );

const devicesOf = ({ guest }: Variant, host: Host): ReadonlyMap<string, Span> =>
  new Map(passedDevices(guest, host).map(({ name, at }) => [name, at]));

const boundIn = ({ guest }: Variant, host: Host): Bound[] =>
  demandsOf(guest, host).flatMap(({ nodes, page, size, at }) =>
    nodes?.size === 1 ? [{ node: nodes.max!, page, size, at }] : [],
  );
