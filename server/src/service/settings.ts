import type { Target } from '../guest/target.ts';
import type { Host } from '../host/host.ts';
import type { Rule, Severity } from '../rules/define.ts';
import { DEFAULT_PRESET, type Preset, underPreset } from './presets.ts';

/** Stands where a host profile is named, for none at all: neither is another source asked, nor the workspace searched. */
export const NO_HOST = 'none';

/** What the user may choose. */
export interface Settings {
  /** Severity of a rule, or off. A rule that is not named has what the preset makes of its own. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly preset: Preset;
  readonly target: Target;
  /** The machine that the guests run on. */
  readonly host: Host | undefined;
}

/** What one source of settings says; the next one is asked about what it leaves open. */
export interface Choices extends Omit<Settings, 'preset' | 'host'> {
  readonly preset: Preset | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  rules: {},
  preset: DEFAULT_PRESET,
  target: { qemu: undefined, libvirt: undefined },
  host: undefined,
};

/** Settings with the choices of a source that counts for more. */
export const withChoices = (settings: Settings, { rules, preset, target }: Choices): Settings => ({
  ...settings,
  rules: { ...settings.rules, ...rules },
  preset: preset ?? settings.preset,
  target: {
    qemu: target.qemu ?? settings.target.qemu,
    libvirt: target.libvirt ?? settings.target.libvirt,
  },
});

/**
 * The severity with which a finding is shown, or off.
 * @param own the finding's severity where it says another one than its rule.
 */
export const severityUnder = (
  { rules, preset }: Settings,
  rule: Rule,
  own: Severity = rule.severity,
): Severity | 'off' => rules[rule.name] ?? underPreset(preset, rule, own);

/** Whether a rule has anything to say at all: it is not off, and knows what it needs. */
export const isActive = ({ rules, host }: Settings, { name, needs }: Rule): boolean =>
  rules[name] !== 'off' && (needs !== 'host-profile' || host !== undefined);
