import { atLeast, type Version } from '../guest/target.ts';
import { dataFile, dataGeneration } from './dataFiles.ts';
import { QemuCatalogue } from './qemu/catalogue.ts';
import { Store } from './qemu/store.ts';

export type { QemuCatalogue } from './qemu/catalogue.ts';
export type { CpuFact, DeviceFact, Fact, Kind, MachineFact, OptionFact } from './qemu/facts.ts';
export type { PropertyFact } from './qemu/property.ts';

/** Programs whose names, machines and devices are those of another one. */
const SAME: Readonly<Record<string, string>> = { i386: 'x86_64' };

let stores = new Map<string, Store | undefined>();
let catalogues = new WeakMap<Store, Map<string, QemuCatalogue>>();
let generation = -1;

function storeFor(arch: string): Store | undefined {
  if (generation !== dataGeneration()) {
    generation = dataGeneration();
    stores = new Map();
    catalogues = new WeakMap();
  }
  const name = Object.hasOwn(SAME, arch) ? SAME[arch]! : arch;
  if (!stores.has(name)) {
    const text = dataFile(`qemu-${name}.txt`);
    stores.set(name, text === undefined ? undefined : new Store(text));
  }
  return stores.get(name);
}

/**
 * The catalogue of the QEMU that is meant.
 * @param arch as in the binary's name, `x86_64`; undefined where that is not known
 * @param said the version that the user named; else the newest one known that has the machine counts
 * @param machine the machine type as it is written, if it is
 * @returns undefined for architectures that nothing is known about
 */
export function qemuCatalogue(
  arch: string | undefined,
  said: Version | undefined,
  machine: string | undefined,
): QemuCatalogue | undefined {
  const store = arch === undefined ? undefined : storeFor(arch);
  if (!store) return undefined;
  const { indices, exact } = said ? around(store.versions, said) : having(store, machine);
  const known = catalogues.get(store) ?? new Map<string, QemuCatalogue>();
  catalogues.set(store, known);
  const key = `${indices} ${exact}`;
  const catalogue = known.get(key) ?? new QemuCatalogue(store, indices, exact);
  known.set(key, catalogue);
  return catalogue;
}

interface Choice {
  readonly indices: readonly number[];
  readonly exact: boolean;
}

/** The version itself, else the ones before and after it. */
function around(versions: readonly Version[], wanted: Version): Choice {
  const before = versions.findLastIndex((version) => atLeast(wanted, version));
  const after = versions.findIndex((version) => atLeast(version, wanted));
  const indices = [...new Set([before, after])].filter((index) => index >= 0);
  return { indices, exact: before === after };
}

/** The newest version that has the machine, else the newest of all. */
function having(store: Store, machine: string | undefined): Choice {
  const bits = (machine === undefined ? undefined : store.record(`machine ${machine}`)?.versions) ?? 0;
  const newest = store.versions.findLastIndex((_, i) => bits & (1 << i));
  return { indices: [newest < 0 ? store.versions.length - 1 : newest], exact: true };
}
