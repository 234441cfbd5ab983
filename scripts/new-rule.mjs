// Writes the two files that a rule is: the rule, and its page.
//
//   node scripts/new-rule.mjs TOPIC NAME [guest|qemu|libvirt]
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const [topic, name, reads = 'guest'] = process.argv.slice(2);
const topics = fs
  .readdirSync(path.join(root, 'server', 'src', 'rules'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function stop(message) {
  console.error(`new-rule: ${message}\nusage: npm run new-rule -- TOPIC NAME [guest|qemu|libvirt]`);
  process.exit(2);
}

if (!topics.includes(topic)) stop(`the topic is one of ${topics.join(', ')}`);
if (!/^[a-z0-9]+(-[a-z0-9]+)+$/.test(name ?? '')) stop('the name is in kebab-case, of two words at least');
if (!['guest', 'qemu', 'libvirt'].includes(reads)) stop('a rule reads guest, qemu or libvirt');

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const context = {
  guest: '{ guest, report }',
  qemu: '{ line, guest, report }',
  libvirt: '{ domain, guest, report }',
}[reads];

const rule = `import { defineRule } from '../define.ts';

export default defineRule({
  name: '${name}',
  reads: '${reads}',
  topic: '${topic}',
  severity: 'warning',
  summary: 'One sentence about the pattern found.',
  sources: [],
  since: '${version}',
  check(${context}) {
    // Early returns for all that is not known, then report({ message, at, about, fixes }).
  },
});
`;

const page = `# ${name}

What it is, and what comes of it.

\`\`\`sh
qemu-system-x86_64 -accel tcg -machine q35 -m 512M
\`\`\`

## What to do

## Not a mistake

\`\`\`sh
qemu-system-x86_64 -accel tcg -machine q35 -m 1G
\`\`\`
`;

for (const [file, text] of [
  [path.join('server', 'src', 'rules', topic, `${name}.ts`), rule],
  [path.join('test', 'rules', `${name}.md`), page],
]) {
  const at = path.join(root, file);
  if (fs.existsSync(at)) stop(`${file} is already there`);
  fs.writeFileSync(at, text);
  console.log(file);
}
