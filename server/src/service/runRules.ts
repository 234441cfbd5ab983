import type { Document, Subject, Variant } from '../dialects/document.ts';
import type { DialectId } from '../guest/guest.ts';
import { effective } from '../guest/value.ts';
import type { Verdict } from '../placement/verdict.ts';
import type { Fix, Related, Report, Rule, Severity, Tag } from '../rules/define.ts';
import { contains, type Range, type Span } from '../text/span.ts';
import { oncePerPair } from '../values/oncePer.ts';
import type { Finding } from './finding.ts';
import { isActive, type Settings, severityUnder } from './settings.ts';
import { type Raw, type RuleFailure, tellOf } from './tell.ts';

/** Runs all rules over all guests of a document. Findings come in the order of the text. */
export function runRules(
  document: Document,
  rules: readonly Rule[],
  settings: Settings,
): { findings: Finding[]; failures: RuleFailure[] } {
  const failures: RuleFailure[] = [];
  const active = activeUnder(settings, rules);
  const findings = document.subjects.flatMap((subject) => {
    const perVariant = subject.variants.map((variant) => tellOf(variant, active, settings, failures));
    return merge(subject, perVariant).flatMap((raw) => toFinding(raw, subject, settings) ?? []);
  });
  const trusted = withoutGuesses(once(findings), document.untrusted, rules);
  trusted.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return { findings: trusted, failures };
}

/** The same for all documents of a run. */
const activeUnder = oncePerPair((settings: Settings, rules: readonly Rule[]) =>
  rules.filter((rule) => isActive(settings, rule)),
);

/** No errors where the text is half-typed; only what speaks of the damage itself needs no guess. */
function withoutGuesses(findings: Finding[], untrusted: readonly Range[], rules: readonly Rule[]): Finding[] {
  if (untrusted.length === 0) return findings;
  const ofDamage = new Set(rules.flatMap((rule) => (rule.reveals ? [rule.name] : [])));
  return findings.filter(
    (finding) =>
      finding.severity !== 'error' ||
      ofDamage.has(finding.rule) ||
      !untrusted.some((range) => contains(range, finding.span)),
  );
}

/** The same for findings that say the same thing of the same characters. */
const keyOf = (rule: string, message: string, at: Range): string =>
  `${at.start}\0${at.end}\0${rule}\0${message}`;

const keyOfRaw = ({ rule, report }: Raw): string => keyOf(rule.name, report.message, report.at);

/** Tells whether a variant contains the text that a finding speaks of. */
function listener(variant: Variant): (raw: Raw) => boolean {
  if (variant.dialect !== 'qemu') return () => true;
  const { options } = variant.line;
  const words = options.flatMap(({ word, argument }) => (argument ? [word, argument] : [word]));
  return ({ report: { at }, variant: own }) =>
    words.some((word) => contains(word.range, at)) ||
    !(own.dialect === 'qemu' && own.line.options.some((option) => contains(option.range, at)));
}

/** Keeps what holds in every variant that contains what it speaks of, once. */
function merge({ variants }: Subject, perVariant: readonly (readonly Raw[])[]): Raw[] {
  if (variants.length === 1) return [...new Map(perVariant[0]!.map((raw) => [keyOfRaw(raw), raw])).values()];
  const keyed = perVariant.map((raws) => raws.map((raw) => ({ raw, key: keyOfRaw(raw) })));
  const keys = keyed.map((entries) => new Set(entries.map(({ key }) => key)));
  const speaksOf = variants.map(listener);
  const kept = new Map<string, Raw>();
  for (const { key, raw } of keyed.flat()) {
    if (kept.has(key)) continue;
    const everywhere = keys.every((known, i) => known.has(key) || !speaksOf[i]!(raw));
    if (everywhere) kept.set(key, raw);
  }
  return [...kept.values()];
}

/** A loop that starts several guests says each mistake of its body once. */
function once(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, message, span }) => {
    const key = keyOf(rule, message, span);
    return !seen.has(key) && seen.add(key);
  });
}

/** Undefined where the preset leaves it out, which depends on the finding and not on the rule alone. */
function toFinding(raw: Raw, subject: Subject, settings: Settings): Finding | undefined {
  const { rule, report } = raw;
  const { dialect } = subject.variants[0]!;
  const severity = severityUnder(settings, rule, report.severity ?? rule.severityIn?.[dialect]);
  return severity === 'off' ? undefined : new RuleFinding(raw, subject, severity);
}

/** What a rule said of a guest; what takes work is done for whoever asks. */
class RuleFinding implements Finding {
  readonly rule: string;
  readonly dialect: DialectId;
  readonly severity: Severity;
  readonly message: string;
  readonly tags: readonly Tag[];
  readonly span: Span;
  readonly related: readonly Related[];
  readonly subject: Subject;
  readonly variant: Variant;
  readonly #report: Report;

  constructor({ rule, report, variant }: Raw, subject: Subject, severity: Severity) {
    this.rule = rule.name;
    this.dialect = subject.variants[0]!.dialect;
    this.severity = severity;
    this.message = report.message;
    this.tags = report.tags ?? [];
    this.span = report.at;
    this.related = report.related ?? [];
    this.subject = subject;
    this.variant = variant;
    this.#report = report;
  }

  get guest(): string | undefined {
    return effective(this.subject.variants[0]!.guest.name);
  }

  get fixes(): readonly Fix[] {
    return this.#report.fixes ?? [];
  }

  get proof(): Verdict | undefined {
    return this.#report.proof;
  }
}
