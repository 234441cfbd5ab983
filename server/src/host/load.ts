import schema from '../../../schemas/hostprofile.schema.json' with { type: 'json' };
import { checkProfile } from './check.ts';
import { formTest } from './form.ts';
import { Host } from './host.ts';
import type { HostProfile } from './profile.ts';

/** In characters; the largest machines need a tenth of it. */
export const PROFILE_LIMIT = 4 * 1024 * 1024;

const isProfile = formTest(schema) as (value: unknown) => value is HostProfile;

/**
 * Reads the text of a sound host profile.
 * @returns undefined where anything is wrong with it: readProfile() knows what. Apart from it, so that nobody who has
 * a sound profile waits for what is only needed to explain an unsound one.
 */
export function loadHost(text: string): Host | undefined {
  if (text.length > PROFILE_LIMIT) return undefined;
  let profile: unknown;
  try {
    profile = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isProfile(profile) && checkProfile(profile).length === 0 ? new Host(profile) : undefined;
}
