import type { Rule, Severity, Topic } from '../rules/define.ts';

/** What guests are for, and so how much the findings about them weigh. */
export type Preset = 'desktop' | 'server' | 'strict';

interface Weighing {
  /** One sentence, for those who choose. */
  readonly summary: string;
  /** Never meets an error and never makes one: what the real program refuses does not depend on the use. */
  weigh(severity: Milder, topic: Topic): Milder | 'off';
}

type Milder = Exclude<Severity, 'error'>;

/** Topics about where on the host something runs, which matters little with a single guest on a single socket. */
const PLACEMENT: ReadonlySet<Topic> = new Set<Topic>(['affinity', 'pinning', 'placement']);

const LOWERED = { warning: 'information', information: 'hint', hint: 'off' } as const;
const RAISED = { warning: 'warning', information: 'warning', hint: 'information' } as const;

/** What every preset makes of a finding. A rule needs nothing for it beyond its topic and its severity. */
export const PRESETS: Readonly<Record<Preset, Weighing>> = {
  desktop: {
    summary:
      'For a workstation: advice on placement and pinning weighs one step less, and hints are left out.',
    weigh: (severity, topic) => (severity === 'hint' || PLACEMENT.has(topic) ? LOWERED[severity] : severity),
  },
  server: {
    summary: 'For servers: every rule has the severity that its page names.',
    weigh: (severity) => severity,
  },
  strict: {
    summary: 'For reviews: information and hints weigh one step more.',
    weigh: (severity) => RAISED[severity],
  },
};

export const DEFAULT_PRESET: Preset = 'server';

export const isPreset = (name: unknown): name is Preset =>
  typeof name === 'string' && Object.hasOwn(PRESETS, name);

/** The severity of a rule's finding, which may differ from the rule's own, under a preset. */
export const underPreset = (preset: Preset, { topic }: Rule, severity: Severity): Severity | 'off' =>
  severity === 'error' ? 'error' : PRESETS[preset].weigh(severity, topic);
