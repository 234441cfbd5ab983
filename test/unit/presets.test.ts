import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { defineRule, type Severity, type Topic } from '../../server/src/rules/define.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { isPreset, PRESETS, type Preset } from '../../server/src/service/presets.ts';
import { DEFAULT_SETTINGS, severityUnder } from '../../server/src/service/settings.ts';

const ORDER = ['off', 'hint', 'information', 'warning', 'error'] as const;
const SEVERITIES = ORDER.slice(1) as Severity[];
const TOPICS: Topic[] = [
  'numa',
  'memory',
  'affinity',
  'pinning',
  'passthrough',
  'structure',
  'schema',
  'hygiene',
];
const NAMES = Object.keys(PRESETS) as Preset[];

const ruleOf = (topic: Topic, severity: Severity) =>
  defineRule({
    name: 'some-rule',
    topic,
    severity,
    summary: '',
    sources: [],
    since: '0.1.0',
    reads: 'suppressions',
  });

/** What a preset makes of the severities of a topic, as a list from hint to error. */
const row = (preset: Preset, topic: Topic) =>
  SEVERITIES.map((severity) => severityUnder({ ...DEFAULT_SETTINGS, preset }, ruleOf(topic, severity)));

describe('presets', () => {
  it.each<[Preset, Topic, string[]]>([
    ['desktop', 'affinity', ['off', 'hint', 'information', 'error']],
    ['desktop', 'pinning', ['off', 'hint', 'information', 'error']],
    ['desktop', 'numa', ['off', 'information', 'warning', 'error']],
    ['desktop', 'hygiene', ['off', 'information', 'warning', 'error']],
    ['server', 'affinity', SEVERITIES],
    ['server', 'hygiene', SEVERITIES],
    ['strict', 'affinity', ['information', 'warning', 'warning', 'error']],
    ['strict', 'hygiene', ['information', 'warning', 'warning', 'error']],
  ])('%s, %s', (preset, topic, severities) => {
    expect(row(preset, topic)).toEqual(severities);
  });

  it('never make or unmake an error, and move nothing by more than one step', () => {
    for (const preset of NAMES) {
      for (const topic of TOPICS) {
        row(preset, topic).forEach((severity, i) => {
          const own = ORDER.indexOf(SEVERITIES[i]!);
          expect(severity === 'error').toBe(SEVERITIES[i] === 'error');
          expect(Math.abs(ORDER.indexOf(severity) - own)).toBeLessThanOrEqual(1);
        });
      }
    }
  });

  it('yield to what is said of a rule, whatever a finding says of itself', () => {
    const arbitrary = fc.record({
      preset: fc.constantFrom(...NAMES),
      topic: fc.constantFrom(...TOPICS),
      own: fc.constantFrom(...SEVERITIES),
      chosen: fc.constantFrom(...ORDER),
    });
    fc.assert(
      fc.property(arbitrary, ({ preset, topic, own, chosen }) => {
        const settings = { ...DEFAULT_SETTINGS, preset, rules: { 'some-rule': chosen } };
        expect(severityUnder(settings, ruleOf(topic, 'warning'), own)).toBe(chosen);
      }),
    );
  });

  it('weigh a finding by its own severity, where it has one', () => {
    const strict = { ...DEFAULT_SETTINGS, preset: 'strict' as const };
    expect(severityUnder(strict, ruleOf('numa', 'error'), 'hint')).toBe('information');
  });

  it('are called by their names only', () => {
    expect(NAMES).toEqual(['desktop', 'server', 'strict']);
    expect(['toString', undefined, 7, 'laptop'].filter(isPreset)).toEqual([]);
  });
});

describe('in an analysis', () => {
  /** A virtual GPU without affinity to a node: advice on placement, for information. */
  const GPU = `qemu-system-x86_64 -machine q35 -m 4G -smp 4 \\
  -object memory-backend-ram,id=m0,size=2G -object memory-backend-ram,id=m1,size=2G \\
  -numa node,nodeid=0,cpus=0-1,memdev=m0 -numa node,nodeid=1,cpus=2-3,memdev=m1 \\
  -device virtio-gpu-pci
`;
  const others = Object.fromEntries(
    rules.filter(({ name }) => name !== 'gpu-no-guest-affinity').map(({ name }) => [name, 'off' as const]),
  );
  const severities = (preset: Preset) =>
    analyze(
      { uri: 'file:///vm.sh', text: GPU },
      { ...DEFAULT_SETTINGS, rules: others, preset },
    )!.findings.map(({ severity }) => severity);

  it('advice on placement weighs less on a desktop', () => {
    expect(severities('server')).toEqual(['information']);
    expect(severities('desktop')).toEqual(['hint']);
    expect(severities('strict')).toEqual(['warning']);
  });

  it('a finding that a preset leaves out is not there', () => {
    const { 'unused-suppression': _, ...without } = others;
    const text = `# virtlens-ignore gpu-no-guest-affinity nothing: once\n${GPU}`;
    const count = (preset: Preset) =>
      analyze(
        { uri: 'file:///vm.sh', text },
        { ...DEFAULT_SETTINGS, rules: without, preset },
      )!.findings.filter(({ rule }) => rule === 'unused-suppression').length;
    expect([count('server'), count('desktop')]).toEqual([1, 0]);
  });

  it('nothing is said about comments for a rule that is off', () => {
    const { 'unused-suppression': _, ...without } = others;
    const text = `# virtlens-ignore numa-cpus-overlap: once\n${GPU}`;
    const found = (off: typeof others) =>
      analyze({ uri: 'file:///vm.sh', text }, { ...DEFAULT_SETTINGS, rules: off })!.findings.map(
        ({ rule }) => rule,
      );
    expect(found(without)).not.toContain('unused-suppression');
    const { 'numa-cpus-overlap': __, ...on } = without;
    expect(found(on)).toContain('unused-suppression');
  });
});
