import * as fs from 'node:fs';
import * as path from 'node:path';
import { rules } from '../generated/rules.ts';
import { mostSimilar } from '../values/similar.ts';
import { UsageError } from './options.ts';
import { FileTrouble, systemMessage } from './problem.ts';
import type { Output } from './report.ts';

/**
 * Prints the page of a rule, which travels in the package.
 * @throws UsageError where no rule has that name, FileTrouble where its page is missing.
 */
export function explain(name: string, output: Output): void {
  const names = rules.map((rule) => rule.name);
  if (!names.includes(name)) {
    const similar = mostSimilar(name, names);
    const remedy = similar ? `did you mean ${similar}?` : 'all rules are listed by: virtlens rules';
    throw new UsageError(`no rule is named ${name}; ${remedy}`);
  }
  // The bundle lies in dist/.
  const page = path.join(__dirname, '..', 'docs', 'rules', `${name}.md`);
  try {
    output(fs.readFileSync(page, 'utf8'));
  } catch (error) {
    throw new FileTrouble(
      'unreadable',
      `the page ${page} cannot be read (${systemMessage(error)}): install VirtLens again, or in a checkout run npm run generate`,
    );
  }
}
