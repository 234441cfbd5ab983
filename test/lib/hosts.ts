import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Host } from '../../server/src/host/host.ts';
import { readProfile } from '../../server/src/host/read.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

/** Reference profiles, then small ones for tests alone. */
const FOLDERS = [path.join(root, 'profiles'), path.join(root, 'test', 'hosts')];

const known = new Map<string, Host>();

/**
 * The host of a profile by its name, such as `two-node-workstation`; undefined where none is named.
 * @throws where there is no such profile, or something is wrong with it.
 */
export function hostNamed(name: string): Host;
export function hostNamed(name: string | undefined): Host | undefined;
export function hostNamed(name: string | undefined): Host | undefined {
  if (name === undefined) return undefined;
  const before = known.get(name);
  if (before) return before;
  const file = FOLDERS.map((folder) => path.join(folder, `${name}.hostprofile.json`)).find((candidate) =>
    fs.existsSync(candidate),
  );
  if (!file) throw new Error(`no host profile is named ${name}`);
  const read = readProfile(fs.readFileSync(file, 'utf8'));
  if (!('host' in read)) throw new Error(`${file}: ${read.problems.map(({ message }) => message).join(' ')}`);
  known.set(name, read.host);
  return read.host;
}
