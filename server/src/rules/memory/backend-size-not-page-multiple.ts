import type { ModelChange } from '../../guest/change.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Backing, GuestNode } from '../../guest/memory.ts';
import { nodeName } from '../../guest/queries.ts';
import { atLeast } from '../../guest/target.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { type Bytes, formatBytes, KiB, MiB } from '../../values/byteSize.ts';
import { defineRule, type Fix, type GuestContext, type Severity } from '../define.ts';

/** The page that every host of x86 has at least; its smallest huge page. */
const PAGE = 4n * KiB;
const SMALLEST_HUGE = 2n * MiB;

export default defineRule({
  name: 'backend-size-not-page-multiple',
  reads: 'guest',
  topic: 'memory',
  severity: 'error',
  summary: 'The size of a memory backend is no whole number of its pages.',
  sources: [
    {
      title: 'QEMU: memory size must be multiple of',
      ref: 'backends/hostmem.c: host_memory_backend_memory_complete',
    },
    { title: 'QEMU: failed to resize memfd', ref: 'util/memfd.c: qemu_memfd_create' },
  ],
  since: '0.1.0',
  check(context) {
    const { guest } = context;
    for (const backing of guest.memory.backings.items) {
      const { size } = backing;
      if (!isKnown(size) || size.value < PAGE) continue;
      const made = isMadeByLibvirt(guest, backing) ? roundUp(size.value, MiB) : size.value;
      const page = pageOf(guest, backing);
      if (page !== undefined && made % page !== 0n) reportSize(context, backing, size, made, page);
    }
  },
});

/** libvirt makes backends of its own, of whole MiB (src/qemu/qemu_domain.c: qemuDomainAlignMemorySizes). */
const isMadeByLibvirt = (guest: Guest, backing: Backing): boolean =>
  guest.dialect === 'libvirt' && backing.type.state === 'absent';

const roundUp = (size: Bytes, to: Bytes): Bytes => ((size + to - 1n) / to) * to;

function pageOf(guest: Guest, backing: Backing): Bytes | undefined {
  if (backing.huge.state === 'unknown' || backing.pageSize.state === 'unknown') return undefined;
  const family = effective(guest.machine.type)?.family;
  const isX86 =
    family === 'q35' || family === 'i440fx' || /^(x86_64|i[36]86)$/.test(effective(guest.machine.arch) ?? '');
  if (effective(backing.huge) !== true) return isX86 ? PAGE : undefined;
  if (!isKnown(backing.pageSize)) return isX86 ? SMALLEST_HUGE : undefined;
  const page = backing.pageSize.value;
  // Another one is no page at all, which is another mistake.
  return page > 0n && (page & (page - 1n)) === 0n ? page : undefined;
}

function reportSize(
  context: GuestContext,
  backing: Backing,
  size: Known<Bytes>,
  made: Bytes,
  page: Bytes,
): void {
  const huge = effective(backing.huge) === true;
  const { severity, consequence } = judge(context, backing, huge, made, page);
  const least = huge && !isKnown(backing.pageSize) ? 'at least ' : '';
  context.report({
    severity,
    message: `${exact(made)} is not a whole number of pages of ${least}${formatBytes(page)}: ${consequence}.`,
    at: size.span,
    about: backing,
    fixes: fixesFor(context.guest, backing, size, page),
  });
}

/** What happens depends on what makes the pages: a memfd refuses, a file is checked since QEMU 9.0, plain RAM never. */
function judge(
  { guest, target }: GuestContext,
  backing: Backing,
  huge: boolean,
  size: Bytes,
  page: Bytes,
): { severity: Severity; consequence: string } {
  const type = effective(backing.type);
  if (type === 'memory-backend-memfd' && huge) {
    return {
      severity: 'error',
      consequence: `QEMU stops with "failed to resize memfd to ${size}: Invalid argument"`,
    };
  }
  const libvirts = isMadeByLibvirt(guest, backing);
  const isFile = type === 'memory-backend-file' || (libvirts && huge);
  if (!isFile)
    return { severity: 'hint', consequence: 'QEMU takes it, but it is most likely a typing error' };
  if (target.qemu && !atLeast(target.qemu, CHECKED_SINCE)) {
    return {
      severity: 'warning',
      consequence: 'the last page is wasted, and later versions of QEMU refuse it',
    };
  }
  // libvirt may make a file or a memfd of it, and both are refused. It makes sure of the page size that it is told.
  if (libvirts) {
    const severity = isKnown(backing.pageSize) ? 'error' : 'warning';
    return { severity, consequence: 'QEMU refuses such a backend at the start' };
  }
  const refusal = `"backend 'memory-backend-file' memory size must be multiple of ${formatBytes(page)}"`;
  // Whether a path is the mount of a hugetlbfs, its name only suggests.
  return { severity: huge ? 'warning' : 'error', consequence: `QEMU stops with ${refusal}` };
}

const CHECKED_SINCE = [9, 0] as const;

/** `134217729 bytes` rather than `128 MiB`: what is too much must be seen. */
const exact = (size: Bytes): string =>
  size % MiB === 0n ? formatBytes(size) : size % KiB === 0n ? `${size / KiB} KiB` : `${size} bytes`;

function fixesFor(guest: Guest, backing: Backing, size: Known<Bytes>, page: Bytes): Fix[] {
  const node = guest.nodes.items.find(
    ({ backing: { target } }) => target.state === 'found' && target.item === backing,
  );
  const entity = node && isKnown(node.size) ? node : backing;
  const down = (size.value / page) * page;
  const up = down + page;
  const best = page === PAGE ? [down] : down > 0n ? [up, down] : [up];
  return best.map((to) => ({
    title: `Give ${node ? nodeName(node) : 'the backend'} ${formatBytes(to)}`,
    applicability: 'suggestion',
    changes: [{ op: 'set', entity, field: 'size', to }, ...followTotal(guest, entity, to - size.value)],
  }));
}

/** QEMU wants the sum of all backends in -m; libvirt takes the sum of the cells, whatever <memory> says. */
function followTotal({ memory }: Guest, entity: Backing | GuestNode, by: Bytes): ModelChange[] {
  if (entity.kind !== 'backing' || !isKnown(memory.size)) return [];
  return [{ op: 'set', entity: memory, field: 'ram', to: memory.size.value + by }];
}
