import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Vitest's global setup: the rule index is built, not committed, and the sources under test import it. */
export default function setup(): void {
  const generator = fileURLToPath(new URL('../scripts/generate.mjs', import.meta.url));
  execFileSync(process.execPath, [generator, '--index'], { stdio: 'inherit' });
}
