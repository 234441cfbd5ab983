import * as fs from 'node:fs';
import * as path from 'node:path';
import { provideDataFiles } from '../../server/src/catalogue/dataFiles.ts';

export const dataFolder = path.resolve(import.meta.dirname, '..', '..', 'server', 'src', 'catalogue', 'data');

/** Every test knows what the shipped programs know. */
provideDataFiles((name) => {
  const file = path.join(dataFolder, name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
});
