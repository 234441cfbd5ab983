// The bundles, as esbuild makes them: what is shipped in dist/, and the tests that run in or against an editor in out/test/.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { out, root } from './project.mjs';

const common = { bundle: true, platform: 'node', logLevel: 'warning', absWorkingDir: root };

/** Shipped bundles: name of the file in dist/, its entry point, and what is special about it. */
const extension = { name: 'extension', entry: 'client/src/extension.ts', external: ['vscode'] };
const programs = [
  { name: 'server-program', entry: 'server/src/lsp/main.ts' },
  { name: 'cli-program', entry: 'server/src/cli/main.ts' },
];

/** What starts a program, with what the engine compiled of it earlier. */
const starters = [
  { name: 'server', entry: 'server/src/lsp/start.ts', starts: 'server-program' },
  {
    name: 'cli',
    entry: 'server/src/cli/start.ts',
    starts: 'cli-program',
    banner: { js: '#!/usr/bin/env node' },
  },
];

/** What the catalogue knows; the programs read it from beside themselves. */
const dataFolder = path.join(root, 'server', 'src', 'catalogue', 'data');

/**
 * Bundles the product into dist/, with its data files. `dev` keeps names and adds source maps. Writes what each bundle was made of to
 * out/meta-<name>.json (esbuild's metafile). Returns the bundles as { file, bytes }.
 */
export async function bundleProduct({ dev }) {
  const dist = path.join(root, 'dist');
  fs.rmSync(dist, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  const bundles = [await bundleShipped(extension, dist, dev), ...(await bundlePrograms(dist, { dev }))];
  for (const { name, metafile } of bundles) {
    fs.writeFileSync(path.join(out, `meta-${name}.json`), JSON.stringify(metafile));
  }
  return bundles.map(({ file }) => ({ file: path.relative(root, file), bytes: fs.statSync(file).size }));
}

/** Bundles the server and the command line tool into a folder, with their data files. Returns { name, file, metafile } of each. */
export async function bundlePrograms(folder, { dev } = { dev: false }) {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(dataFolder).filter((each) => each.endsWith('.txt'))) {
    fs.copyFileSync(path.join(dataFolder, name), path.join(folder, name));
  }
  const started = await Promise.all(programs.map((program) => bundleShipped(program, folder, dev)));
  const startedBy = starters.map(({ starts, ...starter }) => {
    const { file } = started.find(({ name }) => name === starts);
    const build = createHash('md5').update(fs.readFileSync(file)).digest('hex');
    return bundleShipped({ ...starter, define: { BUILD: JSON.stringify(build) } }, folder, dev);
  });
  const bundles = [...started, ...(await Promise.all(startedBy))];
  fs.chmodSync(path.join(folder, 'cli.js'), 0o755);
  return bundles;
}

async function bundleShipped({ name, entry, ...special }, folder, dev) {
  const { build } = await import('esbuild');
  const file = path.join(folder, `${name}.js`);
  const { metafile } = await build({
    ...common,
    ...special,
    entryPoints: [entry],
    outfile: file,
    format: 'cjs',
    target: 'node20',
    charset: 'ascii', // it is read as such when it is started
    minify: !dev,
    sourcemap: dev,
    metafile: true,
  });
  return { name, file, metafile };
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
