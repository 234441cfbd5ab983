// Asks a QEMU what it knows, and folds that into the catalogue that the product ships. Other versions stay as they are stored.
//
//   npm run catalogue:qemu -- <binary>          asks the binary, in 10 to 30 seconds
//   npm run catalogue:qemu -- --raw <file>      takes answers that were kept, as JSON, gzipped or not
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { askQemu } from './lib/catalogue/qemu/ask.mjs';
import { readRaw } from './lib/catalogue/qemu/raw.mjs';
import { recordsOf } from './lib/catalogue/qemu/records.mjs';
import { decode, encode } from './lib/catalogue/qemu/store.mjs';
import { withProgress } from './lib/console.mjs';
import { root } from './lib/project.mjs';

const [first, second] = process.argv.slice(2);
if (!first || (first === '--raw' && !second)) {
  console.error('usage: npm run catalogue:qemu -- <binary>  |  -- --raw <file>');
  process.exit(2);
}

try {
  const facts =
    first === '--raw'
      ? readRaw(second)
      : await withProgress(`asking ${first}`, (note) => askQemu(first, note));
  const version = `${facts.version.major}.${facts.version.minor}`;
  const file = path.join(root, 'server', 'src', 'catalogue', 'data', `qemu-${facts.architecture}.txt`);
  const versions = fs.existsSync(file) ? decode(fs.readFileSync(file, 'utf8')) : new Map();
  versions.set(version, recordsOf(facts));
  const text = encode(versions);
  fs.writeFileSync(file, text);
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;
  console.log(
    `${path.relative(root, file)}: ${[...versions.keys()].join(', ')}; ${text.split('\n').length - 2} records, ` +
      `${kilobytes(text.length)}, ${kilobytes(zlib.gzipSync(text).length)} gzipped`,
  );
} catch (error) {
  console.error(`no catalogue was written: ${error.message}`);
  process.exitCode = 1;
}
