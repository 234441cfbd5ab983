// Writes the reference profiles: profiles/*.hostprofile.json, from the short descriptions in scripts/lib/machines.mjs. Where
// the facts come from stands in profiles/README.md.
//
// Usage: node scripts/profiles.mjs [--check]      --check: writes nothing, exits 1 where a file differs
import fs from 'node:fs';
import path from 'node:path';
import { importSource } from './lib/importSource.mjs';
import { machines } from './lib/machines.mjs';
import { root } from './lib/project.mjs';

const { formatProfile, readProfile } = await importSource(`
  export { formatProfile } from './host/format.ts';
  export { readProfile } from './host/read.ts';`);

const wrong = [];
for (const [name, profile] of Object.entries(machines)) {
  const file = path.join(root, 'profiles', `${name}.hostprofile.json`);
  const text = formatProfile(profile);
  const { problems = [] } = readProfile(text);
  for (const { message } of problems) wrong.push(`${name}: ${message}`);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
  if (process.argv.includes('--check')) wrong.push(`${path.relative(root, file)} is out of date`);
  else fs.writeFileSync(file, text);
}
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exitCode = 1;
}
