// What a measurement must be read with: the machine, its load, the versions, and how large the program is.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, vsix } from '../project.mjs';

const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';

export function machine() {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const commit = git('rev-parse', '--short', 'HEAD');
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return {
    date: new Date().toISOString().slice(0, 10),
    virtlens: `${version}${commit && `, commit ${commit}`}${changed ? ' with changes' : ''}`,
    node: process.version,
    processors: `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    system: `${os.type()} ${os.release()}`,
  };
}

/** The processes that wanted to run in the last minute; more than there are processors make every time too long. */
export const load = () => os.loadavg()[0];

/** Sizes in bytes, of the bundles also compressed, and of the package where it has been made. */
export function sizes() {
  const bundles = ['extension', 'server-program', 'cli-program'].map((name) => {
    const bytes = fs.readFileSync(path.join(root, 'dist', `${name}.js`));
    return { name: `dist/${name}.js`, bytes: bytes.length, compressed: gzipSync(bytes).length };
  });
  return fs.existsSync(vsix) ? [...bundles, { name: 'package', bytes: fs.statSync(vsix).size }] : bundles;
}
