import type { HostProfile } from './profile.ts';

/** The order in which a profile is read by people: the machine, its nodes, then what there are many of. */
const ORDER = [
  '$schema',
  'schemaVersion',
  'label',
  'sources',
  'isGuest',
  'arch',
  'cpuVendor',
  'physicalAddressBits',
  'pageSizesKiB',
  'isolatedCpus',
  'offlineCpus',
  'iommu',
  'software',
  'hugetlbfs',
  'nodes',
  'interconnects',
  'cpus',
  'pci',
  'gpuLinks',
  'volatile',
] as const satisfies readonly (keyof HostProfile)[];

/** Objects whose members get a line each. */
const SPREAD = new Set(['volatile', 'drivers']);

/** Writes a profile with a line for every node, CPU and device, so that a difference is readable. */
export function formatProfile(profile: HostProfile): string {
  const present = ORDER.filter((key) => profile[key] !== undefined);
  return `${spread(
    present.map((key) => [key, profile[key]]),
    '',
  )}\n`;
}

function spread(members: readonly (readonly [string, unknown])[], indent: string): string {
  const inner = `${indent}  `;
  const lines = members.map(([key, value]) => `${inner}${JSON.stringify(key)}: ${member(key, value, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function member(key: string, value: unknown, indent: string): string {
  if (Array.isArray(value) && typeof value[0] === 'object') {
    return `[\n${value.map((item) => `${indent}  ${inline(item)}`).join(',\n')}\n${indent}]`;
  }
  const members = isObject(value) ? Object.entries(value) : [];
  return SPREAD.has(key) && members.length > 0 ? spread(members, indent) : inline(value);
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const texts = members.map(([key, inner]) => `${JSON.stringify(key)}: ${inline(inner)}`);
  return texts.length > 0 ? `{ ${texts.join(', ')} }` : '{}';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
