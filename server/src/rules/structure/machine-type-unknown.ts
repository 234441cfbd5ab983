import { qemuCatalogue } from '../../catalogue/qemu.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix } from '../define.ts';

/** Machines of x86 with their versions left out; vendors have versions with names of their own. */
const STEMS = ['pc-i440fx', 'pc-q35', 'pc', 'q35', 'microvm', 'isapc'];

/** Also of a vendor's own: `pc-q35-rhel8.2.0`, `pc-i440fx-bionic`. */
const OF_A_VERSION = /^(?:pc-(?:i440fx|q35)-\w|pc-\d)/;

export default defineRule({
  name: 'machine-type-unknown',
  reads: 'libvirt',
  concerns: ['machine'],
  topic: 'structure',
  severity: 'error',
  summary: 'The machine is of a type that no QEMU has.',
  sources: [
    {
      title: "libvirt: Emulator '…' does not support machine type '…'",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDef',
    },
    { title: 'QEMU: versions of machines', ref: 'hw/i386/pc_q35.c, hw/i386/pc_piix.c' },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { type, arch } = guest.machine;
    if (!isKnown(type) || !/^(x86_64|i686)$/.test(effective(arch) ?? 'x86_64')) return;
    const { name } = type.value;
    const isStem = isOfStem(name);
    const ofVersion = versionFault(name);
    if ((isStem && !ofVersion) || name.trim() === '') return;
    const catalogue = qemuCatalogue('x86_64', undefined, undefined);
    if (!catalogue || catalogue.machine(name)) return;
    const fault = isStem ? ofVersion : (misspelt(name, catalogue.names('machine')) ?? ofVersion);
    if (!fault) return;
    const { fact, words, meant } = fault;
    const fixes: Fix[] = (meant ?? []).map((text) => ({
      title: `Write ${text}`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value: type, text }],
    }));
    report({
      message: `${fact}: libvirt refuses the domain with "${words}".`,
      at: type.span,
      about: guest.machine,
      fixes,
    });
  },
});

interface Fault {
  readonly fact: string;
  readonly words: string;
  readonly meant?: readonly string[];
}

/** Whether a name is that of a machine, but perhaps for its version. */
const isOfStem = (name: string): boolean => STEMS.includes(name) || OF_A_VERSION.test(name);

/** A name that is nearly that of a machine; one that is like none may be a vendor's own. */
function misspelt(name: string, known: readonly string[]): Fault | undefined {
  const [, stem = name, version = ''] = /^(.*?)(-+[\d.][\w.+]*)?$/.exec(name) ?? [];
  const meant = mostSimilar(stem, STEMS);
  if (meant === undefined ? version !== '' : stem === meant && version === '') return undefined;
  const text =
    meant === undefined
      ? mostSimilar(name, known)
      : OF_RELEASE.test(version)
        ? meant + version.replace(/^-+/, '-')
        : newestOf(meant);
  if (text === undefined) return undefined;
  return {
    fact: `QEMU has no machine ${name}, but ${text}`,
    // It looks for buses before it asks the emulator, and knows of none on a machine that it does not know.
    words: 'No PCI buses available',
    meant: [text],
  };
}

/** Versions have two numbers; since 4.0 the second is 0, 1 or 2. Vendors put words of their own before or behind them. */
function versionFault(name: string): Fault | undefined {
  if (!name.startsWith('pc-')) return undefined;
  const [, stem, version] = /^(pc-i440fx|pc-q35|pc)-([\d.].*)$/.exec(name) ?? [];
  if (stem === undefined || version === undefined) return undefined;
  const [, major, minor] = /^(\d{1,2})\.(\d{1,2})(?:[-+.]|$)/.exec(version) ?? [];
  if (major !== undefined && Number(minor) <= mostMinor(Number(major))) return undefined;
  return {
    fact: `There never was a QEMU ${version}`,
    words: `does not support machine type '${name}'`,
    meant: [newestOf(stem)],
  };
}

const OF_RELEASE = /^-+\d+\.\d+$/;

/** The machine without a version is that of the newest one. */
const newestOf = (stem: string): string => (stem === 'pc-q35' ? 'q35' : stem === 'pc-i440fx' ? 'pc' : stem);

const mostMinor = (major: number): number => [15, 7, 12, 1][major] ?? 2;
