// Writes the TextMate grammars for shell scripts in syntaxes/. A grammar repeats its lists of names in every pattern; here each
// stands once. The grammar for XML is short and written by hand.
//
//   node scripts/grammars.mjs           writes them
//   node scripts/grammars.mjs --check   exits 1 when they are not what it would write
import fs from 'node:fs';
import path from 'node:path';
import { shellGrammars } from './lib/grammars/shellGrammars.mjs';

const folder = path.join(import.meta.dirname, '..', 'syntaxes');

for (const [name, grammar] of Object.entries(shellGrammars)) {
  const file = path.join(folder, name);
  const text = `${JSON.stringify(grammar, null, 2)}\n`;
  if (!process.argv.includes('--check')) fs.writeFileSync(file, text);
  else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    console.error(`syntaxes/${name} is out of date: run node scripts/grammars.mjs`);
    process.exitCode = 1;
  }
}
