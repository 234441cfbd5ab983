import * as fs from 'node:fs';
import * as path from 'node:path';
import { PROFILE_SUFFIX } from './messages.ts';

/** They travel in the package; the bundle lies in dist/. */
export const profilesFolder = (): string => path.join(__dirname, '..', 'profiles');

/** The names of the reference profiles, such as `two-node-workstation`. */
export const referenceNames = (): string[] =>
  fs
    .readdirSync(profilesFolder())
    .filter((name) => name.endsWith(PROFILE_SUFFIX))
    .map((name) => name.slice(0, -PROFILE_SUFFIX.length))
    .sort();

/** Where a reference profile lies; undefined where none has that name. */
export function referenceProfile(name: string): string | undefined {
  if (!/^[a-z0-9-]+$/.test(name)) return undefined;
  const file = path.join(profilesFolder(), `${name}${PROFILE_SUFFIX}`);
  return fs.existsSync(file) ? file : undefined;
}
