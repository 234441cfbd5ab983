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
  const levels = Object.fromEntries(LEVELS.map((level) => [level, config[level] || 1])) as Record<
    Level,
    number
  >;
  let maxcpus = config.maxcpus || config.cpus || 0;
  if (maxcpus > 0) fillIn(levels, config, maxcpus, prefer);
  const product = productOf(levels);
  maxcpus ||= product;
  return { cpus: config.cpus || maxcpus, maxcpus, levels, product };
}

export const productOf = (levels: Readonly<Record<Level, number>>): number =>
  LEVELS.reduce((product, level) => product * levels[level], 1);

/** Gives the first of the preferred levels that is left out what is missing; threads only where nothing else is. */
function fillIn(levels: Record<Level, number>, config: SmpConfig, maxcpus: number, prefer: Preference): void {
  const order = prefer === 'cores' ? (['cores', 'sockets'] as const) : (['sockets', 'cores'] as const);
  const open = [...order, 'threads' as const].find((level) => !config[level]);
  if (open) levels[open] = Math.floor(maxcpus / productOf({ ...levels, [open]: 1 }));
}
