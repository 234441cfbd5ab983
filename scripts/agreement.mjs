// Asks the installed QEMU and libvirt and VirtLens about the same configurations, and writes docs/agreement.md.
//
// Usage: node scripts/agreement.mjs [--only qemu|libvirt] [--qemu FILE]... [--count N] [--seed N] [--output FILE]
//   --only    asks one of the programs; what the page says of the other stays as it is
//   --qemu    a QEMU to ask, as often as there are versions; qemu-system-x86_64 in PATH unless told
//   --count   mutations for each program, 480 unless told
//   --seed    another number asks about other mutations
//   --output  where the page goes, docs/agreement.md unless told
//
// Takes some minutes. The programs only build their machines; no guest runs.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { partsOf, report } from './lib/agreement/report.mjs';
import { bundleAgreement } from './lib/bundles.mjs';
import { say } from './lib/console.mjs';
import { ensureDependencies, root } from './lib/project.mjs';

const PROGRAMS = ['qemu', 'libvirt'];

const { only, qemu, count, seed, output } = parseArgs({
  options: {
    only: { type: 'string' },
    qemu: { type: 'string', multiple: true, default: ['qemu-system-x86_64'] },
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

/** Asks one program, and returns what it is called and what came of it. */
function ask(program, binary) {
  say(`asking ${binary ?? program}`);
  const printed = execFileSync(process.execPath, [bundle, program, count, seed], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: binary ? { ...process.env, VIRTLENS_QEMU: binary } : process.env,
  });
  return JSON.parse(printed);
}

const answers = [
  ...(only === 'libvirt' ? [] : qemu.map((binary) => ask('qemu', binary))),
  ...(only === 'qemu' ? [] : [ask('libvirt')]),
];
const before = only && fs.existsSync(output) ? partsOf(fs.readFileSync(output, 'utf8')) : [];
const isKept = (name) => !answers.some(({ program }) => program.split(' ')[0] === name.split(' ')[0]);
fs.writeFileSync(
  output,
  report(
    answers,
    before.filter(({ name }) => isKept(name)),
  ),
);
for (const { program, refused, found, accepted, silent } of answers) {
  console.log(`${program}: refused ${found} of ${refused}, accepted ${silent} of ${accepted}`);
}
