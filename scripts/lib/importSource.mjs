import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './project.mjs';

/**
 * Loads parts of the sources into a script: a module with the given text, as if it lay in server/src, is bundled into a
 * throw-away file.
 */
export async function importSource(contents) {
  const { build } = await import('esbuild');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-source-'));
  try {
    const outfile = path.join(folder, 'source.mjs');
    await build({
      stdin: { contents, resolveDir: path.join(root, 'server', 'src') },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
