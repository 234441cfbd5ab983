// Where the project's parts are, and the first step of every script: the packages it needs are installed.
// Scripts import nothing but Node.js itself before that step, so that they run straight after a clone.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from './console.mjs';
import { runNpm } from './process.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
export const out = path.join(root, 'out');
export const shots = path.join(out, 'shots');
export const vsix = path.join(out, 'virtlens.vsix');

const readJson = (...parts) => JSON.parse(fs.readFileSync(path.join(...parts), 'utf8'));

/**
 * Whether node_modules holds what package-lock.json says. Compared by version, not by date: a copied or freshly checked-out
 * tree has arbitrary dates. Optional packages of other platforms are missing rightly.
 */
function isInstalled() {
  const installedLock = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(installedLock)) return false;
  const installed = readJson(installedLock).packages;
  return Object.entries(readJson(root, 'package-lock.json').packages).every(
    ([folder, wanted]) =>
      folder === '' ||
      (installed[folder] ? installed[folder].version === wanted.version : wanted.optional === true),
  );
}

/** Installs the packages of package-lock.json unless they are there. Throws when neither `npm ci` nor `npm install` can. */
export async function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node.js 20.19 or newer is needed, this is ${process.version}`);
  }
  if (isInstalled()) return;
  for (const command of ['ci', 'install']) {
    say(`installing the project's packages: npm ${command}`);
    // Test and build tools are development dependencies: NODE_ENV=production must not leave them out.
    if ((await runNpm([command, '--include=dev', '--no-audit', '--no-fund'], { cwd: root })) === 0) return;
  }
  throw new Error('the packages could not be installed: see the output of npm above');
}
