import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { bundlePrograms } from '../../scripts/lib/bundles.mjs';

/**
 * Bundles the server as it is shipped, from the sources as they are now, with its data files and the reference profiles, into a folder
 * of its own.
 * @returns the script, and what removes it
 */
export async function bundleServer(): Promise<{ script: string; remove: () => void }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-server-'));
  const script = path.join(folder, 'dist', 'server.js');
  await bundlePrograms(path.dirname(script));
  fs.cpSync(path.resolve(import.meta.dirname, '..', '..', 'profiles'), path.join(folder, 'profiles'), {
    recursive: true,
  });
  return { script, remove: () => fs.rmSync(folder, { recursive: true }) };
}
