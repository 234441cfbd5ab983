import type { Document, Subject, Variant } from '../dialects/document.ts';
import { sameness } from '../dialects/qemu/sameness.ts';
import { effective } from '../guest/value.ts';
import type { Host } from '../host/host.ts';
import type { Report, Rule, Severity } from '../rules/define.ts';
import { namesIn } from '../syntax/xml/query.ts';
import { contains, type Range, type Span } from '../text/span.ts';
import { oncePerPair } from '../values/oncePer.ts';
import type { Finding } from './finding.ts';
import { memoryOf, repeated, saidOf } from './memory.ts';
import { isActive, type Settings, severityUnder } from './settings.ts';

/** A rule that threw: reported, while the others go on. */
export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
  readonly cause: unknown;
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

/** What there is to say of a variant; of a command line that was read before, at this place or another one, it is known. */
function tellOf(
  variant: Variant,
  rules: readonly Rule[],
  settings: Settings,
  failures: RuleFailure[],
): readonly Raw[] {
  if (variant.dialect !== 'qemu') return dropExplained(runVariant(variant, rules, settings, failures));
  const memory = memoryOf(rules);
  const key = sameness(variant.line);
  const known = memory.get(key);
  if (known?.said) {
    memory.set(key, known);
    return known.said.map((said) => ({
      rule: said.rule,
      variant,
      report: repeated(said, variant.line, () => reportsOf(said.rule, variant, settings)),
    }));
  }
  const failed: RuleFailure[] = [];
  const raws = runVariant(variant, known?.speaking ?? rules, settings, failed);
  const told = dropExplained(raws);
  failures.push(...failed);
  const speaking = new Set(raws.map(({ rule }) => rule));
  for (const rule of rules) if (failed.some(({ rule: name }) => name === rule.name)) speaking.add(rule);
  const said = failed.length === 0 ? saidOf(variant.line, told) : undefined;
  memory.set(key, { speaking: [...speaking], said });
  return told;
}

function reportsOf(rule: Rule, variant: Variant, settings: Settings): readonly Report[] {
  return runVariant(variant, [rule], settings, []).map(({ report }) => report);
}

function runVariant(
  variant: Variant,
  rules: readonly Rule[],
  settings: Settings,
  failures: RuleFailure[],
): Raw[] {
  const raws: Raw[] = [];
  if (rules.length === 0) return raws;
  const check = checker(variant, settings, raws);
  for (const rule of rules) {
    try {
      check(rule);
    } catch (error) {
      failures.push({ rule: rule.name, message: String(error), cause: error });
    }
  }
  return raws;
}

/**
 * Hands each rule what it reads; what is the same for all rules is made once. Arguments that XML passes to QEMU
 * are read by the rules of QEMU too.
 */
function checker(variant: Variant, { target, host }: Settings, raws: Raw[]): (rule: Rule) => void {
  let current: Rule;
  const reporting = (of: Variant) => ({
    target,
    // A rule that needs a host is only run where there is one.
    host: host as Host,
    report: (report: Report) => {
      raws.push({ rule: current, report, variant: of });
    },
  });
  const line = variant.dialect === 'qemu' ? variant : variant.passed;
  const ofGuest = { guest: variant.guest, ...reporting(variant) };
  const ofLibvirt = variant.dialect === 'libvirt' ? { ...variant, ...reporting(variant) } : undefined;
  const names: ReadonlySet<string> = ofLibvirt ? namesIn(ofLibvirt.domain) : new Set();
  const ofQemu = line && { ...line, ...reporting(line) };
  return (rule) => {
    current = rule;
    if (rule.reads === 'guest') rule.check(ofGuest);
    else if (rule.reads === 'libvirt') {
      if (ofLibvirt && (!rule.concerns || holdsOneOf(names, rule.concerns))) rule.check(ofLibvirt);
    } else if (rule.reads === 'qemu') ofQemu && rule.check(ofQemu);
  };
}

function holdsOneOf(all: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const name of names) if (all.has(name)) return true;
  return false;
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
  const rest = raws.filter((raw) => !thingsOf(raw).some((thing) => explained.get(thing)?.has(raw.rule.name)));
  const particular = rest.filter((raw) => !raw.rule.general && severityOf(raw) === 'error');
  return rest.filter(
    ({ rule, report }) => !rule.general || !particular.some((raw) => overlaps(raw.report.at, report.at)),
  );
}

const severityOf = ({ rule, report, variant }: Raw): Severity =>
  report.severity ?? rule.severityIn?.[variant.dialect] ?? rule.severity;

const overlaps = (a: Span, b: Span): boolean => a.uri === b.uri && a.start < b.end && b.start < a.end;

/** What a finding is about: entities as the options or elements that they were read from. */
const thingsOf = ({ report, variant }: Raw): readonly object[] =>
  [report.about ?? []].flat().map((thing) => variant.sources.get(thing) ?? thing);

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
