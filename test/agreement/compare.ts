import { analyze } from '../../server/src/service/analyze.ts';
import type { Settings } from '../../server/src/service/settings.ts';
import type { Answer } from '../oracles/process.ts';

/** One configuration with what the real program and we say of it. */
export interface Compared {
  /** The valid configuration that it was made of. */
  readonly base: string;
  /** What was done to it; undefined for the valid one itself. */
  readonly mutation: string | undefined;
  readonly text: string;
  /** The part of the text that is not in the valid one, as one line. */
  readonly changed: string;
  readonly theirs: Answer;
  /** Our errors, as `rule: message`. */
  readonly ours: readonly string[];
  /** Rules whose errors the program itself does not see: what was asked for is not in the guest, as a boot shows. */
  readonly provenByBoot: boolean;
  /** The refusal is for something that this host lacks and another may have. */
  readonly ofThisHost?: boolean;
}

/** Errors of rules that speak of what only a start or a boot shows. */
export const PROVEN_BY_BOOT: ReadonlySet<string> = new Set([
  'controller-before-its-bus',
  'function-without-function0',
  'hostdev-source-not-read',
  'pci-address-conflict',
  'pxb-bus-nr-missing-or-zero',
  'pxb-bus-nr-room',
  'root-port-second-slot',
  'viommu-aw-bits',
]);

export function errorsIn(uri: string, text: string, settings: Settings): { rule: string; message: string }[] {
  const analysis = analyze({ uri, text }, settings);
  return (analysis?.findings ?? [])
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => ({ rule, message }));
}

/** Where the program and we are of one mind, and where not. */
export interface Tally {
  readonly refused: number;
  /** Refused by the program, and an error of ours. */
  readonly found: number;
  readonly accepted: number;
  /** Accepted by the program, and no error of ours. */
  readonly silent: number;
  readonly missed: readonly Compared[];
  readonly false: readonly Compared[];
  /** Neither: the program was not done in time. */
  readonly undecided: readonly Compared[];
  /** Refused for what this host lacks. */
  readonly ofThisHost: readonly Compared[];
}

export function tally(asked: readonly Compared[]): Tally {
  const ofThisHost = asked.filter((each) => each.ofThisHost);
  const all = asked.filter((each) => !each.ofThisHost);
  const refused = all.filter(({ theirs }) => theirs.verdict === 'refused');
  const accepted = all.filter(({ theirs }) => theirs.verdict === 'accepted');
  const missed = refused.filter(({ ours }) => ours.length === 0);
  const wrong = accepted.filter(({ ours, provenByBoot }) => ours.length > 0 && !provenByBoot);
  return {
    refused: refused.length,
    found: refused.length - missed.length,
    accepted: accepted.length,
    silent: accepted.length - wrong.length,
    missed,
    false: wrong,
    undecided: all.filter(({ theirs }) => theirs.verdict !== 'refused' && theirs.verdict !== 'accepted'),
    ofThisHost,
  };
}
