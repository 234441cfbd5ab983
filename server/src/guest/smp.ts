import { LEVELS, type Level } from './topology.ts';

/** Which of `sockets` and `cores` QEMU fills in where both are open: cores since machine type 6.2, sockets before. */
export type Preference = 'cores' | 'sockets';

export type SmpConfig = Readonly<Partial<Record<Level | 'cpus' | 'maxcpus', number>>>;

/** All numbers of a topology as QEMU computes them. It starts only where `product` is `maxcpus` and not below `cpus`. */
export interface Smp {
  readonly cpus: number;
  readonly maxcpus: number;
  readonly levels: Readonly<Record<Level, number>>;
  /** vCPUs that the levels make room for. */
  readonly product: number;
}

/**
 * Fills in what `-smp` leaves out, as QEMU does (hw/core/machine-smp.c: machine_parse_smp_config). A level that is 0
 * counts as left out, which is what QEMU made of it before it refused it.
 */
export function resolveSmp(config: SmpConfig, prefer: Preference): Smp {
  const levels = levelsBy((level) => config[level] || 1);
  let maxcpus = config.maxcpus || config.cpus || 0;
  if (maxcpus > 0) fillIn(levels, config, maxcpus, prefer);
  const product = productOf(levels);
  maxcpus ||= product;
  return { cpus: config.cpus || maxcpus, maxcpus, levels, product };
}

/** A number for each level. */
export const levelsBy = (numberOf: (level: Level) => number): Record<Level, number> => ({
  drawers: numberOf('drawers'),
  books: numberOf('books'),
  sockets: numberOf('sockets'),
  dies: numberOf('dies'),
  clusters: numberOf('clusters'),
  modules: numberOf('modules'),
  cores: numberOf('cores'),
  threads: numberOf('threads'),
});

export function productOf(levels: Readonly<Record<Level, number>>): number {
  let product = 1;
  for (const level of LEVELS) product *= levels[level];
  return product;
}

/** Gives the first of the preferred levels that is left out what is missing; threads only where nothing else is. */
function fillIn(levels: Record<Level, number>, config: SmpConfig, maxcpus: number, prefer: Preference): void {
  const other: Preference = prefer === 'cores' ? 'sockets' : 'cores';
  const open = ([prefer, other, 'threads'] as const).find((level) => !config[level]);
  // What is left out counts as 1 so far, and does not change the product.
  if (open) levels[open] = Math.floor(maxcpus / productOf(levels));
}
