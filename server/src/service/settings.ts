import type { Target } from '../guest/target.ts';
import type { Severity } from '../rules/define.ts';

/** What the user may choose. */
export interface Settings {
  /** Severity of a rule, or off. A rule that is not named keeps its own. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly target: Target;
}

export const DEFAULT_SETTINGS: Settings = { rules: {}, target: { qemu: undefined, libvirt: undefined } };
