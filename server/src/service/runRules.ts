import type { Document, Subject, Variant } from '../dialects/document.ts';
import { isKnown } from '../guest/value.ts';
import type { Report, Rule } from '../rules/define.ts';
import { contains, type Range } from '../text/span.ts';
import type { Finding } from './finding.ts';
import { type Settings, severityUnder } from './settings.ts';

/** A rule that threw: reported, while the others go on. */
export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
}

interface Raw {
  readonly rule: Rule;
  readonly report: Report;
  readonly variant: Variant;
}

/** Runs all rules over all guests of a document. Findings come in the order of the text. */
export function runRules(
  document: Document,
  rules: readonly Rule[],
  settings: Settings,
): { findings: Finding[]; failures: RuleFailure[] } {
  const failures: RuleFailure[] = [];
  const active = rules.filter((rule) => settings.rules[rule.name] !== 'off');
  const findings = document.subjects.flatMap((subject) => {
    const perVariant = subject.variants.map((variant) =>
      dropExplained(runVariant(variant, active, settings, failures)),
    );
    return merge(subject, perVariant).flatMap((raw) => toFinding(raw, subject, settings) ?? []);
  });
  const trusted = once(findings).filter(
    (finding) =>
      finding.severity !== 'error' || !document.untrusted.some((range) => contains(range, finding.span)),
  );
  trusted.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return { findings: trusted, failures };
}

function runVariant(
  variant: Variant,
  rules: readonly Rule[],
  settings: Settings,
  failures: RuleFailure[],
): Raw[] {
  const raws: Raw[] = [];
  for (const rule of rules) {
    try {
      check(rule, variant, settings, raws);
    } catch (error) {
      failures.push({ rule: rule.name, message: String(error) });
    }
  }
  return raws;
}

/** Hands a rule what it reads. Arguments that XML passes to QEMU are read by the rules of QEMU too. */
function check(rule: Rule, variant: Variant, settings: Settings, raws: Raw[]): void {
  const { target } = settings;
  const reporting = (of: Variant) => ({
    target,
    report: (report: Report) => {
      raws.push({ rule, report, variant: of });
    },
  });
  if (rule.reads === 'guest') {
    rule.check({ guest: variant.guest, ...reporting(variant) });
  } else if (rule.reads === 'libvirt' && variant.dialect === 'libvirt') {
    rule.check({ ...variant, ...reporting(variant) });
  } else if (rule.reads === 'qemu') {
    const line = variant.dialect === 'qemu' ? variant : variant.passed;
    if (line) rule.check({ ...line, ...reporting(line) });
  }
}

/** One mistake, one finding: what another rule explains about the same thing is left out. */
function dropExplained(raws: readonly Raw[]): readonly Raw[] {
  const explained = new Map<object, Set<string>>();
  for (const raw of raws) {
    if (!raw.rule.explains) continue;
    for (const thing of thingsOf(raw)) {
      const names = explained.get(thing) ?? new Set();
      for (const name of raw.rule.explains) names.add(name);
      explained.set(thing, names);
    }
  }
  return raws.filter((raw) => !thingsOf(raw).some((thing) => explained.get(thing)?.has(raw.rule.name)));
}

/** What a finding is about: entities as the options or elements that they were read from. */
const thingsOf = ({ report, variant }: Raw): readonly object[] =>
  [report.about ?? []].flat().map((thing) => variant.sources.get(thing) ?? thing);

/** The same for findings that say the same thing of the same characters. */
const keyOf = (rule: string, message: string, at: Range): string =>
  [rule, message, at.start, at.end].join('\0');

const keyOfRaw = ({ rule, report }: Raw): string => keyOf(rule.name, report.message, report.at);

/** True where a variant contains the text that a finding speaks of. */
function speaksOf(variant: Variant, raw: Raw): boolean {
  if (variant.dialect !== 'qemu') return true;
  const { at } = raw.report;
  const words = variant.line.options.flatMap((option) => [
    option.word,
    ...(option.argument ? [option.argument] : []),
  ]);
  const inOptions = words.some((word) => contains(word.range, at));
  const ofOptions =
    raw.variant.dialect === 'qemu' && raw.variant.line.options.some((option) => contains(option.range, at));
  return inOptions || !ofOptions;
}

/** Keeps what holds in every variant that contains what it speaks of, once. */
function merge({ variants }: Subject, perVariant: readonly (readonly Raw[])[]): Raw[] {
  const keyed = perVariant.map((raws) => raws.map((raw) => ({ raw, key: keyOfRaw(raw) })));
  const keys = keyed.map((entries) => new Set(entries.map(({ key }) => key)));
  const kept = new Map<string, Raw>();
  for (const { key, raw } of keyed.flat()) {
    if (kept.has(key)) continue;
    const everywhere = variants.every((variant, i) => keys[i]!.has(key) || !speaksOf(variant, raw));
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
  const { name, dialect } = subject.variants[0]!.guest;
  const severity = severityUnder(settings, rule, report.severity ?? rule.severityIn?.[dialect]);
  if (severity === 'off') return undefined;
  return {
    rule: rule.name,
    dialect,
    guest: isKnown(name) ? name.value : undefined,
    severity,
    message: report.message,
    tags: report.tags ?? [],
    span: report.at,
    related: report.related ?? [],
    fixes: report.fixes ?? [],
    subject,
    variant,
  };
}
