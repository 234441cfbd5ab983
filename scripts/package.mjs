// Builds and packages the extension into out/virtlens.vsix. What goes in is listed in .vscodeignore.
//
// Usage: node scripts/package.mjs
import fs from 'node:fs';
import path from 'node:path';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, root, vsix } from './lib/project.mjs';

const limit = 1_500_000; // bytes

try {
  await ensureDependencies();
  if ((await runNode([path.join(root, 'scripts', 'build.mjs')])) !== 0) throw new Error('the build failed');
  fs.rmSync(vsix, { force: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [
    ...[vsce, 'package', '--out', vsix],
    '--no-dependencies', // they are in the bundles
    '--allow-missing-repository',
    '--no-rewrite-relative-links', // without a repository's address there is nothing to make them absolute with
  ];
  const lines = [];
  const status = await runNode(args, { cwd: root, onLine: (line) => lines.push(line) });
  if (status !== 0 || !fs.existsSync(vsix)) throw new Error(`vsce says:\n${lines.join('\n')}`);
  const { size } = fs.statSync(vsix);
  console.log(`${path.relative(root, vsix)}  ${(size / 1024).toFixed(0)} KB`);
  if (size > limit) throw new Error(`${size} bytes are more than the ${limit} allowed`);
} catch (error) {
  console.error(`packaging failed: ${error.message}`);
  process.exitCode = 1;
}
