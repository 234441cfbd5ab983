import type { Change } from '../dialects/change.ts';
import type { LibvirtVariant, QemuVariant } from '../dialects/document.ts';
import type { DialectId, Guest } from '../guest/guest.ts';
import type { Target } from '../guest/target.ts';
import type { Host } from '../host/host.ts';
import type { Verdict } from '../placement/verdict.ts';
import type { Span } from '../text/span.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/**
 * `safe` changes nothing that the user meant; only these are applied without asking. `suggestion` is a choice,
 * offered one by one.
 */
export type Applicability = 'safe' | 'suggestion';

/** `unnecessary`: editors show the text faded. `deprecated`: struck through. */
export type Tag = 'unnecessary' | 'deprecated';

export interface Fix {
  /** Imperative, without a full stop: "Give node 1 the vCPUs 2-3". */
  readonly title: string;
  readonly applicability: Applicability;
  readonly changes: readonly Change[];
}

export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** What a rule says. The rest of a finding comes from the rule's record. */
export interface Report {
  /** The fact with its numbers, then the consequence. */
  readonly message: string;
  /** The characters at fault. */
  readonly at: Span;
  /**
   * The entity, option or element it is about, or several where it follows from all of them together. Where two
   * rules speak of the same one, the rule that names the cause silences the other (see `explains`). An entity and
   * the option or element that it was read from are the same thing.
   */
  readonly about?: object | readonly object[];
  readonly severity?: Severity | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly related?: readonly Related[];
  /** What the finding follows from, for those who want to check it. */
  readonly proof?: Verdict | undefined;
  /** The best first: Repair takes it where it needs one. */
  readonly fixes?: readonly Fix[] | undefined;
}

interface Reporting {
  readonly target: Target;
  /** The machine that the guest runs on, where the user has told. */
  readonly host: Host | undefined;
  report(finding: Report): void;
}

/** What a rule over the guest gets: no word of either language in it. */
export interface GuestContext extends Reporting {
  readonly guest: Guest;
}

/**
 * What a rule over QEMU command lines gets: the guest, and `line`, the options that it was read from. Options are asked for
 * by name, `optionsNamed(line, 'machine', 'M')`, or by what they make, `optionsMaking(line, 'device', ['vfio-pci'])`; of one,
 * `head` is what it begins with (`vfio-pci`) and `value('host')` a property. `line.openedBy` says where more options may
 * follow, and `sources` which option an entity was read from.
 */
export type QemuContext = Reporting & QemuVariant;

/** What a rule over domain XML gets: the guest, and the elements that it was read from. */
export type LibvirtContext = Reporting & LibvirtVariant;

export type Topic =
  | 'numa'
  | 'memory'
  | 'affinity'
  | 'pinning'
  | 'placement'
  | 'passthrough'
  | 'structure'
  | 'schema'
  | 'hygiene'
  | 'catalogue';

/**
 * A rule that says nothing without a profile of the host needs one, and is not run otherwise. Others may look whether
 * there is one.
 */
type Checks<Context> =
  | { readonly needs?: undefined; check(context: Context): void }
  | { readonly needs: 'host-profile'; check(context: Context & { readonly host: Host }): void };

interface RuleBase {
  /** kebab-case; names the pattern found, never the cure. The identity in settings, suppressions and pages. */
  readonly name: string;
  readonly topic: Topic;
  readonly severity: Severity;
  /** Where one language weighs it otherwise: what QEMU refuses, libvirt may define and hand on without a word. */
  readonly severityIn?: Partial<Record<DialectId, Severity>>;
  /** One sentence, present tense. */
  readonly summary: string;
  /** Rules whose findings about the same thing are only a consequence of this one. */
  readonly explains?: readonly string[];
  /**
   * It says of all places what others say of some, and with less knowledge: where another rule reports an error on the same
   * characters, it is silent.
   */
  readonly general?: true;
  /**
   * It speaks of damage to the text, and its fixes let text be read that was not read before. Errors that come to light then were there all along, and
   * are not held against the fix.
   */
  readonly reveals?: true;
  /** Where the condition was read: a file and function of the real program, or a section of a manual. */
  readonly sources: readonly { readonly title: string; readonly ref: string }[];
  readonly since: string;
}

export type Rule = RuleBase &
  (
    | ({
        readonly reads: 'guest';
        /** The one language that has words for the mistake. */
        readonly only?: DialectId;
      } & Checks<GuestContext>)
    /** Arguments that domain XML passes to QEMU are read, too. */
    | ({ readonly reads: 'qemu' } & Checks<QemuContext>)
    | ({
        readonly reads: 'libvirt';
        /**
         * Names of elements or attributes: in a domain that has none of them the rule can find nothing, and is not run. Most of
         * the language is in no domain at hand. Left out where something that is absent may be the mistake.
         */
        readonly concerns?: readonly string[];
      } & Checks<LibvirtContext>)
    /** Findings come from the service itself, about suppressions. */
    | { readonly reads: 'suppressions'; readonly needs?: undefined }
    /** Findings come from the service itself, about all guests of a run. */
    | { readonly reads: 'guests'; readonly needs: 'host-profile' }
  );

/** Declares a rule; one file holds exactly one, as its default export. */
export const defineRule = (rule: Rule): Rule => rule;

/** The languages that a rule finds something in. */
export function languagesOf(rule: Rule): readonly DialectId[] {
  if (rule.reads === 'qemu' || rule.reads === 'libvirt') return [rule.reads];
  return rule.reads === 'guest' && rule.only ? [rule.only] : ['qemu', 'libvirt'];
}
