import { type Kind, type QemuCatalogue, qemuCatalogue } from '../../catalogue/qemu.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Target, Version } from '../../guest/target.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { oncePerPair } from '../../values/oncePer.ts';
import { mostSimilar } from '../../values/similar.ts';
import type { Fix, QemuContext, Severity } from '../define.ts';

/** The QEMU that a command line is meant for, and what is known of it. */
export interface Meant {
  readonly catalogue: QemuCatalogue;
  /** The user named the version; otherwise another one may be meant, and what any of them knows is no mistake. */
  readonly said: boolean;
  /** `QEMU 11.1` */
  readonly name: string;
}

export const versionText = ([major, minor]: Version): string => `${major}.${minor}`;

/** Undefined where nothing is known about the QEMUs of that architecture. */
export const meantQemu = ({ guest, target }: QemuContext): Meant | undefined => meantFor(guest, target);

const meantFor = oncePerPair((guest: Guest, target: Target): Meant | undefined => {
  const catalogue = qemuCatalogue(
    effective(guest.machine.arch),
    target.qemu,
    effective(guest.machine.type)?.name,
  );
  if (!catalogue) return undefined;
  const version = target.qemu ?? catalogue.version;
  return { catalogue, said: target.qemu !== undefined, name: `QEMU ${versionText(version)}` };
});

/** How sure it is that QEMU does not know a name, in words, and what may have been meant. */
export interface Doubt {
  readonly severity: Severity;
  /** `QEMU 11.1 has no device virtio-gpu-pcie, only virtio-gpu-pci` */
  readonly fact: string;
  readonly similar: string | undefined;
}

/** A name that the QEMU which is meant does not have. */
export interface Missing {
  readonly kind: Kind;
  /** `device`, `machine type`, `property` */
  readonly what: string;
  readonly name: string;
  /** Names that might have been meant. */
  readonly candidates: Iterable<string>;
  /** Those known that have the name; by default those that have such a thing. */
  readonly versions?: readonly Version[];
  /** What should have a property of that name: `virtio-net-pci`. */
  readonly owner?: string | undefined;
  /** Why no other QEMU can have it either: `which is one of others`. */
  readonly impossible?: string | undefined;
}

/**
 * Weighs a missing name. It is an error where the names are all known and one of them is alike, or is the property of
 * something else; a name that is like no other may be that of a newer or patched QEMU.
 */
export function weigh({ catalogue, said, name: qemu }: Meant, missing: Missing): Doubt {
  const { kind, what, name, candidates, owner, impossible } = missing;
  const versions = missing.versions ?? catalogue.versionsOf(kind, name);
  // The properties of a thing are known, or it is not asked about; names of a kind may be known in part.
  const complete = owner === undefined ? catalogue.complete(kind) : catalogue.exact;
  const fact = `${owner === undefined ? qemu : `${owner} of ${qemu}`} has no ${what} ${name}`;
  if (versions.length > 0) {
    const others = versions.map(versionText).join(' and ');
    return {
      severity: said && complete ? 'error' : 'warning',
      fact: `${fact}, which QEMU ${others} ${versions.length > 1 ? 'have' : 'has'}`,
      similar: undefined,
    };
  }
  const similar = mostSimilar(name, candidates);
  if (similar !== undefined) {
    return { severity: complete ? 'error' : 'warning', fact: `${fact}, but ${similar}`, similar };
  }
  if (impossible !== undefined) {
    return { severity: complete ? 'error' : 'warning', fact: `${fact}, ${impossible}`, similar };
  }
  return { severity: 'warning', fact: `${fact}, nor one like it`, similar };
}

/** Kinds whose names are mistaken for each other: a `-device` called like a block driver. */
const KINDS: readonly Kind[] = ['device', 'object', 'netdev', 'blockdev', 'chardev', 'audiodev'];

/** Why a name can be none of a kind in any QEMU: it is one of another kind. */
export const elsewhere = (catalogue: QemuCatalogue, kind: Kind, name: string): string | undefined =>
  KINDS.some((other) => other !== kind && catalogue.has(other, name)) ? 'which is something else' : undefined;

/** The consequence, which is certain only where no other QEMU can be meant. */
export const stopsWith = ({ severity }: Doubt, refusal: string): string =>
  severity === 'error'
    ? `it stops with "${refusal}"`
    : `unless another QEMU is meant, it stops with "${refusal}"`;

/**
 * Names with the same numbers in them. Another number is no misspelling: `cortex-a720` comes with a newer QEMU and
 * is none of `cortex-a710`.
 */
export const ofSameNumbers = (name: string, candidates: readonly string[]): string[] => {
  const numbers = (text: string): string => (text.match(/\d+/g) ?? []).join();
  return candidates.filter((candidate) => numbers(candidate) === numbers(name));
};

/** What lists the choices and ends QEMU. */
export const isHelp = (name: string): boolean => name === 'help' || name === '?';

/** Puts the name that was probably meant in the place of another. */
export const writeInstead = (value: Known<string>, similar: string | undefined): Fix[] =>
  similar === undefined
    ? []
    : [
        {
          title: `Write ${similar}`,
          applicability: 'suggestion',
          changes: [{ op: 'replace', value, text: similar }],
        },
      ];

/** A name that is written, and no request for help. */
export const nameIn = (value: QemuContext['guest']['name'] | undefined): Known<string> | undefined =>
  value !== undefined && isKnown(value) && value.value !== '' && !isHelp(value.value) ? value : undefined;
