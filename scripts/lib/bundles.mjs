// The bundles, as esbuild makes them: what is shipped in dist/, and the tests that run in or against an editor in out/test/.
import fs from 'node:fs';
import path from 'node:path';
import { out, root } from './project.mjs';

const common = { bundle: true, platform: 'node', logLevel: 'warning', absWorkingDir: root };

/** Shipped bundles: name of the file in dist/, its entry point, and what is special about it. */
const shipped = [
  { name: 'extension', entry: 'client/src/extension.ts', external: ['vscode'] },
  { name: 'server', entry: 'server/src/lsp/main.ts' },
  { name: 'cli', entry: 'server/src/cli/main.ts', banner: { js: '#!/usr/bin/env node' }, executable: true },
];

/** What the catalogue knows; the programs read it from beside themselves. */
const dataFolder = path.join(root, 'server', 'src', 'catalogue', 'data');

/**
 * Bundles the product into dist/, with its data files. `dev` keeps names and adds source maps. Writes what each bundle was made of to
 * out/meta-<name>.json (esbuild's metafile). Returns the bundles as { file, bytes }.
 */
export async function bundleProduct({ dev }) {
  const { build } = await import('esbuild');
  const dist = path.join(root, 'dist');
  fs.rmSync(dist, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  fs.mkdirSync(dist, { recursive: true });
  for (const name of fs.readdirSync(dataFolder).filter((each) => each.endsWith('.txt'))) {
    fs.copyFileSync(path.join(dataFolder, name), path.join(dist, name));
  }
  return Promise.all(
    shipped.map(async ({ name, entry, executable, ...special }) => {
      const file = path.join(dist, `${name}.js`);
      const { metafile } = await build({
        ...common,
        ...special,
        entryPoints: [entry],
        outfile: file,
        format: 'cjs',
        target: 'node20',
        minify: !dev,
        sourcemap: dev,
        metafile: true,
      });
      if (executable) fs.chmodSync(file, 0o755);
      fs.writeFileSync(path.join(out, `meta-${name}.json`), JSON.stringify(metafile));
      return { file: path.relative(root, file), bytes: fs.statSync(file).size };
    }),
  );
}

/**
 * Bundles the mocha suite, mocha included: the extension host of an old editor cannot load mocha's ES modules itself.
 * Returns the path of the file, which exports `run` as VS Code's extensionTestsPath wants it.
 */
export async function bundleSuite() {
  const { build } = await import('esbuild');
  const outfile = path.join(out, 'test', 'suite.js');
  await build({
    ...common,
    entryPoints: ['test/workbench/suite/index.ts'],
    outfile,
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    // Mocha finds the files of its parallel mode this way, which is not used.
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
  return outfile;
}

/** Bundles the drive. Returns the path of a module that exports `steps`. */
export async function bundleDrive() {
  const { build } = await import('esbuild');
  const outfile = path.join(out, 'test', 'drive.mjs');
  await build({
    ...common,
    entryPoints: ['test/workbench/drive/steps.ts'],
    outfile,
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
  });
  return outfile;
}

/** Bundles the comparison with the real programs. Returns the path of a module that `node` runs. */
export async function bundleAgreement() {
  const { build } = await import('esbuild');
  const outfile = path.join(out, 'test', 'agreement.mjs');
  await build({
    ...common,
    entryPoints: ['test/agreement/main.ts'],
    outfile,
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  return outfile;
}
