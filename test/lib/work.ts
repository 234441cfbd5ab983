import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';

/**
 * Counts what the analysis of each text does: how many characters of our own code are executed, as the engine's
 * coverage tells. The same on every machine, however busy. What happens inside of built-in functions is not seen.
 */
export async function workOf(texts: readonly string[]): Promise<number[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-work-'));
  const script = path.join(folder, 'work.mjs');
  try {
    await build({
      entryPoints: [path.join(import.meta.dirname, 'workProcess.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
    });
    // Compiled code keeps no counts: it has to be interpreted.
    const output = execFileSync(process.execPath, ['--jitless', script], {
      input: JSON.stringify(texts),
      encoding: 'utf8',
      stdio: 'pipe', // it warns that WebAssembly is gone, too
    });
    return JSON.parse(output) as number[];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
