import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The page of a rule, as a file URI; undefined where there is none. */
export type RulePages = (rule: string) => string | undefined;

/**
 * Looks up which rules have a page.
 * @param folder where the pages are, as a file URI; by default beside the bundle, as they are packaged.
 */
export function findRulePages(folder: string | undefined): RulePages {
  try {
    const directory = folder ? fileURLToPath(folder) : path.join(__dirname, '..', 'docs', 'rules');
    const names = new Set(fs.readdirSync(directory));
    return (rule) => {
      const name = `${rule}.md`;
      return names.has(name) ? pathToFileURL(path.join(directory, name)).href : undefined;
    };
  } catch {
    // Without its pages a rule has a name all the same.
    return () => undefined;
  }
}
