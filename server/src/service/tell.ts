import type { QemuVariant, Variant } from '../dialects/document.ts';
import { sameness } from '../dialects/qemu/sameness.ts';
import type { Host } from '../host/host.ts';
import type { Report, Rule, Severity } from '../rules/define.ts';
import { namesIn } from '../syntax/xml/query.ts';
import type { Span } from '../text/span.ts';
import { memoryOf, Repeated, saidOf } from './memory.ts';
import type { Settings } from './settings.ts';

/** A rule that threw: reported, while the others go on. */
export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
  readonly cause: unknown;
}

/** What a rule said, and of which variant. */
export interface Raw {
  readonly rule: Rule;
  readonly report: Report;
  readonly variant: Variant;
}

/** What there is to say of a variant; of a command line that was read before, at this place or another one, it is known. */
export function tellOf(
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
      report: new Repeated(said, variant.line, () => reportsOf(said.rule, variant, settings)),
    }));
  }
  const before = failures.length;
  const raws = runVariant(variant, known?.speaking ?? rules, settings, failures);
  const told = dropExplained(raws);
  const failed = failures.slice(before);
  const spoke = new Set([...raws.map(({ rule }) => rule.name), ...failed.map(({ rule }) => rule)]);
  memory.set(key, {
    speaking: rules.filter(({ name }) => spoke.has(name)),
    said: failed.length === 0 ? saidOf(variant.line, told) : undefined,
  });
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
  const ofQemu = line && { ...partsOf(line), ...reporting(line) };
  return (rule) => {
    current = rule;
    if (rule.reads === 'guest') rule.check(ofGuest);
    else if (rule.reads === 'libvirt') {
      if (ofLibvirt && (!rule.concerns || holdsOneOf(names, rule.concerns))) rule.check(ofLibvirt);
    } else if (rule.reads === 'qemu') ofQemu && rule.check(ofQemu);
  };
}

/** A copy by `...` takes along nothing that is made when somebody asks. */
const partsOf = ({ dialect, line, guest, sources }: QemuVariant): QemuVariant => ({
  dialect,
  line,
  guest,
  sources,
});

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
