import type { Document, Subject, Variant } from '../dialects/document.ts';
import { effective } from '../guest/value.ts';
import type { Rule } from '../rules/define.ts';
import { contains, type Range } from '../text/span.ts';
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

/** undefined where the preset leaves it out, which depends on the finding and not on the rule alone. */
function toFinding(
  { rule, report, variant }: Raw,
  subject: Subject,
  settings: Settings,
): Finding | undefined {
  const [first] = subject.variants as readonly [Variant];
  const { dialect } = first;
  const severity = severityUnder(settings, rule, report.severity ?? rule.severityIn?.[dialect]);
  if (severity === 'off') return undefined;
  return {
    rule: rule.name,
    dialect,
    get guest() {
      return effective(first.guest.name);
    },
    severity,
    message: report.message,
    tags: report.tags ?? [],
    span: report.at,
    related: report.related ?? [],
    get fixes() {
      return report.fixes ?? [];
    },
    get proof() {
      return report.proof;
    },
    subject,
    variant,
  };
}
