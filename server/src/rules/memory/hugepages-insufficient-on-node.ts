import { capturedOn } from '../../host/age.ts';
import type { Host } from '../../host/host.ts';
import { cpuNodes } from '../../placement/hostFacts.ts';
import { placementOf } from '../../placement/placement.ts';
import { capital, nameHostNodes } from '../../placement/wording.ts';
import { type Bytes, formatBytes, KiB } from '../../values/byteSize.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule, type Fix, type GuestContext, type Severity } from '../define.ts';
import { suggestion } from '../placement/report.ts';
import { settle } from '../placement/settle.ts';
import { boundOnes, type Demand, demandsOf, isTakenAtStart, overdrawn } from './hostDemand.ts';
import { roomOn } from './hostPages.ts';

export default defineRule({
  name: 'hugepages-insufficient-on-node',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'memory',
  severity: 'error',
  summary: 'The guest takes more huge pages than the host has where they are to come from.',
  explains: ['single-guest-node-spans-host-nodes'],
  sources: [
    { title: 'Linux: huge pages of a node', ref: 'Documentation/admin-guide/mm/hugetlbpage.rst' },
    { title: 'QEMU: mapping a file of huge pages', ref: 'softmmu/physmem.c: file_ram_alloc' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, host } = context;
    const all = demandsOf(guest, host);
    const sizes = new Set(all.flatMap(({ page }) => (page === undefined ? [] : [page])));
    for (const page of sizes) {
      const demands = all.filter((demand) => demand.page === page);
      if (!checkReserved(context, demands, page)) checkFree(context, demands, page);
    }
  },
});

type Context = GuestContext & { readonly host: Host };

/** Pages that were reserved: a guest that needs more does not start. */
function checkReserved(context: Context, demands: readonly Demand[], page: Bytes): boolean {
  const { guest, host } = context;
  const bytesOf = (node: number): Bytes | undefined => roomOn(host, node, page);
  const [whole] = overdrawn(withNodes(demands, host), bytesOf);
  if (whole) {
    report(context, whole, page, { severity: 'error', consequence: NONE_LEFT });
    return true;
  }
  const bound = overdrawn(boundOnes(demands), bytesOf);
  for (const each of bound) {
    const early = each.demands.some(({ group }) => isTakenAtStart(guest, group));
    const severity = early ? 'error' : 'warning';
    // Reserved are pages of the host as a whole; that a node has too few shows when they are touched.
    report(context, each, page, { severity, consequence: early ? NONE_ON_NODE : SIGBUS });
  }
  return bound.length > 0;
}

const NONE_LEFT = 'QEMU stops with "unable to map backing store for guest RAM: Cannot allocate memory"';
const NONE_ON_NODE = 'QEMU stops with "preallocating memory failed" or is killed with SIGBUS';
const SIGBUS = 'the guest is killed with SIGBUS when it touches more';
const GONE = 'unless some have been given back since, the guest does not start';

interface Weight {
  readonly severity: Severity;
  readonly consequence: string;
  /** When the pages were counted that were free. */
  readonly day?: string | undefined;
}

/** Pages that were free when somebody looked. */
function checkFree(context: Context, demands: readonly Demand[], page: Bytes): void {
  const { host } = context;
  const kib = Number(page / KiB);
  const freeOf = (node: number): Bytes | undefined => {
    const free = host.profile.volatile?.nodes
      ?.find(({ id }) => id === node)
      ?.freePages?.find(({ sizeKiB }) => sizeKiB === kib)?.free;
    return free === undefined ? undefined : BigInt(free) * page;
  };
  const [short] = [boundOnes(demands), withNodes(demands, host)].flatMap((all) => overdrawn(all, freeOf));
  if (!short) return;
  report(context, short, page, { severity: 'warning', consequence: GONE, day: capturedOn(host) });
}

/** What is bound nowhere may come from all nodes. */
function withNodes(demands: readonly Demand[], host: Host): (Demand & { readonly nodes: IndexSet })[] {
  const everywhere = IndexSet.from(host.nodes.map(({ id }) => id));
  return demands.map((demand) => ({ ...demand, nodes: everywhere }));
}

function report(
  { guest, host, report }: Context,
  { nodes, asked, room, demands }: ReturnType<typeof overdrawn>[number],
  page: Bytes,
  { severity, consequence, day }: Weight,
): void {
  const last = demands.at(-1)!;
  const count = (bytes: Bytes): Bytes => (bytes + page - 1n) / page;
  const everywhere = host.nodes.every(({ id }) => nodes.has(id)) && nodes.size > 1;
  const where = everywhere ? 'The host' : capital(nameHostNodes(nodes));
  const several = !everywhere && nodes.size > 1;
  const pages = `huge pages of ${formatBytes(page)}`;
  const have = several ? 'have' : 'has';
  const told = day ? `had ${count(room)} free ${pages} ${day}` : `${have} ${count(room)} ${pages}`;
  report({
    severity,
    message: `${where} ${told}, and this guest takes ${count(asked)} there: ${consequence}.`,
    at: last.at,
    about: demands.flatMap(({ group }) => group.about),
    related: demands
      .filter(({ at }) => at.start !== last.at.start)
      .map(({ at, size, group }) => ({
        span: at,
        message: `${capital(group.name)} takes ${count(size)} of them.`,
      })),
    fixes: everywhere ? [] : elsewhere(guest, host, nodes, last, page),
  });
}

/** A host node that has enough of these pages for the last of those that ask. */
const elsewhere = (
  guest: GuestContext['guest'],
  host: Host,
  nodes: IndexSet,
  { group, size }: Demand,
  page: Bytes,
): Fix[] =>
  [...cpuNodes(host).subtract(nodes)]
    .filter((node) => (roomOn(host, node, page) ?? 0n) >= size)
    .flatMap((node) =>
      suggestion(`Move ${group.name} to host node ${node}`, settle(placementOf(guest, host), group, node)),
    );
