import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { dataFolder } from './catalogue.ts';

/**
 * Bundles the server as it is shipped, from the sources as they are now, with its data files and the reference profiles, into a folder
 * of its own.
 * @returns the script, and what removes it
 */
export async function bundleServer(): Promise<{ script: string; remove: () => void }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-server-'));
  const script = path.join(folder, 'dist', 'server.js');
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '..', '..', 'server', 'src', 'lsp', 'main.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    logLevel: 'warning',
  });
  for (const name of fs.readdirSync(dataFolder).filter((each) => each.endsWith('.txt'))) {
    fs.copyFileSync(path.join(dataFolder, name), path.join(path.dirname(script), name));
  }
  fs.cpSync(path.resolve(import.meta.dirname, '..', '..', 'profiles'), path.join(folder, 'profiles'), {
    recursive: true,
  });
  return { script, remove: () => fs.rmSync(folder, { recursive: true }) };
}
