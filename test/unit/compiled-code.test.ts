import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CompiledCode, cacheFolder } from '../../server/src/start/compiledCode.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-compiled-'));
afterAll(() => fs.rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(root, 'user-')), 'virtlens');
});

const TEXT = '(function () { return 42; })';
const script = new Script(TEXT);
const words = new Set(['qemu', 'text']);

/** The only file that was kept. */
const keptFile = (): string => path.join(folder, fs.readdirSync(folder)[0]!);

describe('compiled code', () => {
  it('is there at the next start, with what had been done by then', () => {
    new CompiledCode('cli', 'a', folder).write(script, words);
    const kept = new CompiledCode('cli', 'a', folder).read()!;
    expect(kept.done).toEqual(words);
    const again = new Script(TEXT, { cachedData: kept.code });
    expect(again.cachedDataRejected).toBe(false);
    expect(again.runInThisContext()()).toBe(42);
  });

  it('belongs to one build of one program', () => {
    new CompiledCode('cli', 'a', folder).write(script, words);
    expect(new CompiledCode('cli', 'b', folder).read()).toBeUndefined();
    expect(new CompiledCode('server', 'a', folder).read()).toBeUndefined();
  });

  it('of a newer build takes the place of the old one', () => {
    new CompiledCode('cli', 'a', folder).write(script, words);
    new CompiledCode('cli', 'b', folder).write(script, words);
    expect(fs.readdirSync(folder)).toHaveLength(1);
    expect(new CompiledCode('cli', 'b', folder).read()).toBeDefined();
  });

  it('lies where nobody else can read or write', () => {
    new CompiledCode('cli', 'a', folder).write(script, words);
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    expect(fs.statSync(keptFile()).mode & 0o777).toBe(0o600);
  });

  it.each([0o620, 0o602])('that others can write is not used: %o', (mode) => {
    new CompiledCode('cli', 'a', folder).write(script, words);
    fs.chmodSync(keptFile(), mode);
    expect(new CompiledCode('cli', 'a', folder).read()).toBeUndefined();
  });

  it('that cannot be kept is no trouble', () => {
    fs.writeFileSync(path.join(path.dirname(folder), 'file'), '');
    const nowhere = new CompiledCode('cli', 'a', path.join(path.dirname(folder), 'file', 'virtlens'));
    nowhere.write(script, words);
    expect(nowhere.read()).toBeUndefined();
  });

  it('may be refused', () => {
    const compiled = new CompiledCode('cli', 'a', undefined);
    compiled.write(script, words);
    expect(compiled.read()).toBeUndefined();
  });
});

describe('the folder for it', () => {
  const home = os.homedir();

  it.each([
    ['linux', {}, path.join(home, '.cache', 'virtlens')],
    ['linux', { XDG_CACHE_HOME: '/var/cache/me' }, '/var/cache/me/virtlens'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, path.join(home, '.cache', 'virtlens')],
    ['darwin', { XDG_CACHE_HOME: '/x' }, path.join(home, 'Library', 'Caches', 'virtlens')],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/virtlens'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(cacheFolder(env, platform)).toBe(expected);
  });

  it('is none where Node.js is told to keep nothing either', () => {
    expect(cacheFolder({ NODE_DISABLE_COMPILE_CACHE: '1' }, 'linux')).toBeUndefined();
  });
});
