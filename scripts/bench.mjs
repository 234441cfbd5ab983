// Measures what a user waits for, beside the peers that are installed, and writes docs/benchmarks.md.
//
// Usage: node scripts/bench.mjs [--quick]
//   --quick   a little of everything, to see that it works: writes out/benchmarks.md, which tells nothing
//
// Takes about ten minutes; --quick about one. Nothing else should run meanwhile.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { say } from './lib/console.mjs';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, out, root } from './lib/project.mjs';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;

try {
  await ensureDependencies();
  if ((await runNode([path.join(root, 'scripts', quick ? 'build.mjs' : 'package.mjs')])) !== 0) {
    throw new Error('the build failed');
  }
  // They import packages, which are there only now.
  const { measure } = await import('./lib/bench/measure.mjs');
  const { report } = await import('./lib/bench/report.mjs');
  const text = report(await measure(quick, say));
  const file = quick ? path.join(out, 'benchmarks.md') : path.join(root, 'docs', 'benchmarks.md');
  fs.writeFileSync(file, text);
  console.log(path.relative(root, file));
} catch (error) {
  console.error(`the benchmark failed: ${error.stack}`);
  process.exitCode = 1;
}
