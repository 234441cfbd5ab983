// Puts the pictures that the drive has taken for the README into docs/images. Look at them before they are committed.
//
// Usage: node scripts/test.mjs --only drive && node scripts/screenshots.mjs
import fs from 'node:fs';
import path from 'node:path';
import { root, shots } from './lib/project.mjs';

const limit = 150_000; // bytes; they are part of the package
const images = path.join(root, 'docs', 'images');

const taken = fs.existsSync(shots) ? fs.readdirSync(shots).filter((file) => file.startsWith('readme-')) : [];
if (taken.length === 0) {
  console.error('no pictures in out/shots: run node scripts/test.mjs --only drive');
  process.exitCode = 1;
}
fs.mkdirSync(images, { recursive: true });
for (const file of taken) {
  const target = path.join(images, file.replace('readme-', ''));
  fs.copyFileSync(path.join(shots, file), target);
  const { size } = fs.statSync(target);
  console.log(`${path.relative(root, target)}  ${Math.round(size / 1000)} KB`);
  if (size > limit) {
    console.error(`more than the ${limit / 1000} KB allowed`);
    process.exitCode = 1;
  }
}
