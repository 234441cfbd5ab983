// The project's own TypeScript, for scripts: bundled into a throw-away module and loaded.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Everything that the named modules export, e.g. `server/src/syntax/xml/parse`. */
export async function loadModules(root, names) {
  const { build } = await import('esbuild');
  // Below the project, so that packages which stay outside the bundle are found.
  const folder = path.join(root, 'out');
  fs.mkdirSync(folder, { recursive: true });
  const outfile = path.join(fs.mkdtempSync(path.join(folder, 'modules-')), 'modules.mjs');
  await build({
    stdin: {
      contents: names.map((name) => `export * from './${name}.ts';`).join('\n'),
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  const modules = await import(pathToFileURL(outfile).href);
  fs.rmSync(path.dirname(outfile), { recursive: true });
  return modules;
}
