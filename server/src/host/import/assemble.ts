import type { HostFacts } from '../facts.ts';
import { type Conflict, merge } from '../merge.ts';
import { isGpuClass } from '../pciClass.ts';
import type { HostProfile } from '../profile.ts';
import { importCapabilities } from './capabilities.ts';
import type { Imported, Importer, ImportProblem } from './document.ts';
import { gapsOf } from './gaps.ts';
import { importLscpu } from './lscpu.ts';
import { importLstopo } from './lstopo.ts';
import { importNodeDevices } from './nodedev.ts';
import { importNumactl } from './numactl.ts';
import { importNvidiaTopology } from './nvidiaTopology.ts';

/**
 * By kind of document, the most trusted first: where two disagree, the earlier is believed. libvirt says what the
 * kernel says; lstopo knows the locality of devices as a set, libvirt only as one node; the rest tells less.
 */
const IMPORTERS = {
  capabilities: importCapabilities,
  lstopo: importLstopo,
  nodedev: importNodeDevices,
  lscpu: importLscpu,
  numactl: importNumactl,
} as const satisfies Record<string, Importer>;

export type DocumentKind = keyof typeof IMPORTERS | 'nvidiaTopology';

export interface HostDocument {
  readonly kind: DocumentKind;
  readonly file: string;
  readonly text: string;
}

export interface Assembled {
  /** Undefined where no document knows the nodes: without them there is no profile. */
  readonly profile: HostProfile | undefined;
  readonly problems: readonly ImportProblem[];
  readonly conflicts: readonly Conflict[];
  /** What a profile may hold and no document told, each a sentence with the remedy. */
  readonly gaps: readonly string[];
}

/** Reads documents about one machine, and joins what they know. Never throws. */
export function assemble(documents: readonly HostDocument[], label: string | undefined): Assembled {
  const problems: ImportProblem[] = [];
  const facts: HostFacts[] = [];
  const take = (imported: readonly Imported[]): void => {
    for (const one of imported) problems.push(...one.problems);
    const known = imported.map((one) => one.facts).filter((one) => Object.keys(one).length > 1);
    if (known.length > 0) facts.push(join(known));
  };
  const ofKind = (kind: DocumentKind) => documents.filter((document) => document.kind === kind);
  for (const [kind, read] of Object.entries(IMPORTERS) as [keyof typeof IMPORTERS, Importer][]) {
    take(ofKind(kind).map(({ text, file }) => read(text, file)));
  }
  const before = merge(facts).profile;
  const gpus = nvidiaGpus(before);
  const read = ofKind('nvidiaTopology').map(({ text, file }) => importNvidiaTopology(text, file, gpus));
  take(read.map((one) => ({ ...one, facts: withKnownNodes(one.facts, before) })));
  const { profile, conflicts } = merge(facts);
  const result = { problems, conflicts, gaps: gapsOf(profile) };
  if (profile.nodes.length === 0) return { ...result, profile: undefined };
  return { ...result, profile: { ...withoutUnclassified(profile), ...(label !== undefined && { label }) } };
}

/** nvidia-smi tells that a node is the memory of a GPU, and nothing else of the node: alone it makes none. */
function withKnownNodes({ nodes, ...facts }: HostFacts, known: HostProfile): HostFacts {
  const others = new Set(known.nodes.map(({ id }) => id));
  const kept = nodes?.filter(({ id }) => others.has(id)) ?? [];
  return { ...facts, ...(kept.length > 0 && { nodes: kept }) };
}

/** Documents of one kind are one source: devices come in a file each. */
function join(facts: readonly HostFacts[]): HostFacts {
  const pci = facts.flatMap((one) => one.pci ?? []);
  return { ...facts[0]!, ...(pci.length > 0 && { pci }) };
}

/** Those that nvidia-smi counts: no virtual functions, and none of the other functions of a card. */
const nvidiaGpus = ({ pci = [] }: HostProfile): string[] =>
  pci
    .filter(({ vendor, physicalFunction }) => vendor === '10de' && physicalFunction === undefined)
    .filter((device) => isGpuClass(device.class ?? ''))
    .map(({ address }) => address);

/** A device whose class no document tells is of no use to any rule, and a profile does not take it. */
function withoutUnclassified(profile: HostProfile): HostProfile {
  const { pci, gpuLinks, ...rest } = profile;
  const known = pci?.filter((device) => device.class !== undefined);
  const addresses = new Set(known?.map(({ address }) => address));
  const links = gpuLinks?.filter(({ a, b }) => addresses.has(a) && addresses.has(b));
  return { ...rest, ...(known?.length && { pci: known }), ...(links?.length && { gpuLinks: links }) };
}
