import { parseVersion } from '../guest/target.ts';
import type { Severity } from '../rules/define.ts';
import { DEFAULT_PRESET, isPreset } from '../service/presets.ts';
import type { Settings } from '../service/settings.ts';

/** The section of a client's configuration that is ours. */
export const SECTION = 'virtlens';

const CHOICES: ReadonlySet<unknown> = new Set<Severity | 'off'>([
  'error',
  'warning',
  'information',
  'hint',
  'off',
]);

/** The settings of a client. It names a host profile; whoever reads a document adds what is in it. */
export interface ClientSettings extends Settings {
  /** A path from the workspace folder, or the name of a reference profile. */
  readonly hostProfile: string | undefined;
}

/** Reads settings as a user may have written them. What makes no sense there counts as not written. */
export function readSettings(raw: unknown): ClientSettings {
  const { rules, preset, qemuVersion, libvirtVersion, host } = asRecord(raw);
  const { profile } = asRecord(host);
  return {
    rules: Object.fromEntries(Object.entries(asRecord(rules)).filter(isChoice)),
    preset: isPreset(preset) ? preset : DEFAULT_PRESET,
    target: { qemu: readVersion(qemuVersion), libvirt: readVersion(libvirtVersion) },
    host: undefined,
    hostProfile: typeof profile === 'string' && profile.trim() !== '' ? profile.trim() : undefined,
  };
}

export const sameSettings = (a: ClientSettings, b: ClientSettings): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Our section of settings that a client sends as a whole; some send the section alone. */
export function sectionOf(all: unknown): unknown {
  const record = asRecord(all);
  return SECTION in record ? record[SECTION] : all;
}

const isChoice = (entry: [string, unknown]): entry is [string, Severity | 'off'] => CHOICES.has(entry[1]);

const readVersion = (raw: unknown) => (typeof raw === 'string' ? parseVersion(raw) : undefined);

const asRecord = (raw: unknown): Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Record<string, unknown>) : {};
