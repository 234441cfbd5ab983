// Asks the installed QEMU and libvirt and VirtLens about the same configurations, and writes docs/agreement.md.
//
// Usage: node scripts/agreement.mjs [--only qemu|libvirt] [--count N] [--seed N] [--output FILE]
//   --count   mutations for each program, 480 unless told
//   --seed    another number asks about other mutations
//   --output  where the page goes, docs/agreement.md unless told
//
// Takes some minutes. The programs only build their machines; no guest runs.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { report } from './lib/agreement/report.mjs';
import { bundleAgreement } from './lib/bundles.mjs';
import { say } from './lib/console.mjs';
import { ensureDependencies, root } from './lib/project.mjs';

const PROGRAMS = ['qemu', 'libvirt'];

const { only, count, seed, output } = parseArgs({
  options: {
    only: { type: 'string' },
    count: { type: 'string', default: '480' },
    seed: { type: 'string', default: '1' },
    output: { type: 'string', default: path.join(root, 'docs', 'agreement.md') },
  },
}).values;
if (only !== undefined && !PROGRAMS.includes(only)) {
  console.error(`--only takes one of ${PROGRAMS.join(', ')}`);
  process.exit(1);
}

await ensureDependencies();
const bundle = await bundleAgreement();
const results = (only ? [only] : PROGRAMS).map((program) => {
  say(`asking ${program}`);
  const printed = execFileSync(process.execPath, [bundle, program, count, seed], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(printed);
});
fs.writeFileSync(output, report(results));
for (const { program, refused, found, accepted, silent } of results) {
  console.log(`${program}: refused ${found} of ${refused}, accepted ${silent} of ${accepted}`);
}
