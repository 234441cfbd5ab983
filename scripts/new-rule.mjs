// Writes the two files that a rule is: the rule, and its page.
//
//   node scripts/new-rule.mjs TOPIC NAME [guest|qemu|libvirt]
import * as fs from 'node:fs';
import * as path from 'node:path';
import { KINDS, pageText, ruleText } from './lib/ruleTemplate.mjs';

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
if (!KINDS.includes(reads)) stop(`a rule reads ${KINDS.join(', ')}`);

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const wanted = { name, topic, reads, version };

for (const [file, text] of [
  [path.join('server', 'src', 'rules', topic, `${name}.ts`), ruleText(wanted)],
  [path.join('test', 'rules', `${name}.md`), pageText(wanted)],
]) {
  const at = path.join(root, file);
  if (fs.existsSync(at)) stop(`${file} is already there`);
  fs.writeFileSync(at, text);
  console.log(file);
}
console.log(`then: npm run rule -- ${name}`);
