/** Which architectures libvirt takes an element of <features> for (src/qemu/qemu_validate.c: qemuValidateDomainDefFeatures). */
export interface FeatureRule {
  readonly archs: readonly string[];
  /** What the machine's name begins with; any where it is not said. */
  readonly machine?: string;
}

const POWER: FeatureRule = { archs: ['ppc64', 'ppc64le'], machine: 'pseries' };
const ARM = ['aarch64', 'armv7l', 'armv6l'];

export const FEATURES: Readonly<Record<string, FeatureRule>> = {
  gic: { archs: ARM, machine: 'virt' },
  hpt: POWER,
  htm: POWER,
  'nested-hv': POWER,
  'ccf-assist': POWER,
  cfpc: POWER,
  sbbc: POWER,
  ibs: POWER,
};

/** Architectures whose machines have no ACPI. */
export const NO_ACPI: ReadonlySet<string> = new Set(['s390', 's390x']);

/** Timers of one kind of machine: those of a PC, and that of ARM. */
export const TIMERS: Readonly<Record<string, readonly string[]>> = {
  tsc: ['x86_64', 'i686'],
  kvmclock: ['x86_64', 'i686'],
  hypervclock: ['x86_64', 'i686'],
  hpet: ['x86_64', 'i686'],
  armvtimer: ['aarch64', 'armv7l', 'armv6l'],
};

/** Where a PC's timers do what with ticks that were missed; others are refused. */
export const TICK_POLICIES: Readonly<Record<string, readonly string[]>> = {
  rtc: ['delay', 'catchup'],
  pit: ['delay', 'catchup', 'discard'],
};

/** Architectures without a parallel port. */
export const NO_PARALLEL: ReadonlySet<string> = new Set(['s390x', 's390']);
