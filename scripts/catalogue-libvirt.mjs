// Stores libvirt's schema of domains in the catalogue, beside those of other versions that are stored already.
//
//   npm run catalogue:libvirt -- <schema folder> <version>   e.g. /usr/share/libvirt/schemas 9.0, or src/conf/schemas
//                                                            of libvirt's source
//   npm run catalogue:libvirt -- <file.json> <version>       a schema that was compiled before
import fs from 'node:fs';
import path from 'node:path';
import { compileSchema } from './lib/catalogue/libvirt/relaxng.mjs';
import { readStore, repairCompiled, storeOf, writeStore } from './lib/catalogue/libvirt/store.mjs';

const [source, version] = process.argv.slice(2);
if (!source || !/^\d+\.\d+$/.test(version ?? '')) {
  console.error('usage: npm run catalogue:libvirt -- <schema folder or compiled file> <version, e.g. 9.0>');
  process.exit(2);
}

const file = storeOf(path.resolve(import.meta.dirname, '..'));
const schemas = readStore(file);
const schema = fs.statSync(source).isDirectory()
  ? compileSchema(source, 'domain.rng')
  : repairCompiled(JSON.parse(fs.readFileSync(source, 'utf8')), [...schemas.values()]);
schemas.set(version, schema);
writeStore(file, schemas);
console.log(
  `libvirt ${version}: ${Object.keys(schema).length} defines; stored ${[...schemas.keys()].join(', ')} in ` +
    `${path.relative('.', file)}, ${(fs.statSync(file).size / 1024).toFixed(0)} KB`,
);
