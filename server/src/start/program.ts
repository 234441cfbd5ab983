import * as fs from 'node:fs';
import Module from 'node:module';
import * as path from 'node:path';
import { Script } from 'node:vm';
import { CompiledCode, cacheFolder } from './compiledCode.ts';

/** What a program tells whoever started it. */
export interface Progress {
  /** It does something, named by a word, for the first time or again. */
  does(what: string): void;
  /** Nobody waits for it. */
  settled(): void;
}

/** What a bundle exports to be started. */
export interface Program {
  main(progress: Progress): void;
}

/**
 * Starts a bundle of this folder, with what the engine compiled of it at an earlier start.
 * @param name of the file, without its ending
 * @param build the hash of its text
 */
export function startProgram(name: string, build: string): void {
  const file = path.join(__dirname, `${name}.js`);
  const compiled = new CompiledCode(name, build, cacheFolder());
  const kept = compiled.read();
  // Bundles are ASCII, which is read fastest as what it is.
  const script = new Script(Module.wrap(fs.readFileSync(file, 'latin1')), {
    filename: file,
    ...(kept ? { cachedData: kept.code } : {}),
  });
  const module = { exports: {} as Program };
  script.runInThisContext()(module.exports, Module.createRequire(file), module, file, __dirname);
  const done = new Set(script.cachedDataRejected === false ? kept?.done : []);
  let { size } = done;
  module.exports.main({
    does: (what) => void done.add(what),
    settled: () => {
      if (done.size > size) compiled.write(script, done);
      size = done.size;
    },
  });
}
