import * as fs from 'node:fs';
import * as path from 'node:path';
import { provideDataFiles } from '../catalogue/dataFiles.ts';

/** Has the catalogue read its data files beside the bundle, where the build puts them. */
export function provideOwnDataFiles(): void {
  provideDataFiles((name) => {
    try {
      return fs.readFileSync(path.join(__dirname, name), 'utf8');
    } catch {
      // For most architectures there is none.
      return undefined;
    }
  });
}
