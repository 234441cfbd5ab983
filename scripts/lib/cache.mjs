// The cache of fetched parts (the editor, a browser): fetched once per version, from the configured npm registry only.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defer, removeFolder } from './cleanup.mjs';
import { runNpm } from './process.mjs';

export const cacheRoot =
  process.env.VIRTLENS_WORKBENCH_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'virtlens-workbench');

/** A part of the test bench that this machine cannot have: no network, no browser, no such platform. */
export class Unavailable extends Error {}

/**
 * Returns the cached folder `name`, made by `fill(folder)` on first use. It is filled under another name and renamed when
 * complete, so an interrupted fetch starts over and two processes may fetch at once. Throws Unavailable when `fill` fails.
 */
export async function fetchOnce(name, fill) {
  const folder = path.join(cacheRoot, name);
  if (fs.existsSync(folder)) return folder;
  const partial = `${folder}.partial-${process.pid}`;
  const discard = defer(() => removeFolder(partial));
  try {
    fs.mkdirSync(partial, { recursive: true });
    fs.writeFileSync(path.join(partial, 'package.json'), '{"private":true}');
    await fill(partial);
    try {
      fs.renameSync(partial, folder);
    } catch (error) {
      if (!fs.existsSync(folder)) throw error; // otherwise another process was faster, and its copy is as good
    }
    return folder;
  } catch (error) {
    throw new Unavailable(`${name} could not be fetched: ${error.message}`, { cause: error });
  } finally {
    discard();
  }
}

/** Runs npm in `folder` of the cache without any package's scripts; `note` is told how many packages have arrived. */
export async function npmFetch(args, folder, note = () => {}) {
  const errors = [];
  let arrived = 0;
  const status = await runNpm([...args, '--loglevel=http'], {
    cwd: folder,
    env: {
      ...process.env,
      npm_config_ignore_scripts: 'true', // no native builds: they need compilers, Python and headers
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_engine_strict: 'false',
    },
    onLine: (line) => {
      if (/^npm http .*\.tgz/.test(line)) note(`${++arrived} packages`);
      else if (line.startsWith('npm error')) errors.push(line);
    },
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed\n${errors.slice(0, 12).join('\n')}`);
}
