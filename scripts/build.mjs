// Builds dist/ from the sources: the extension, the language server and the command line tool.
//
// Usage: node scripts/build.mjs [--dev]        --dev: source maps, nothing minified
import path from 'node:path';
import { bundleProduct } from './lib/bundles.mjs';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, root } from './lib/project.mjs';

try {
  await ensureDependencies();
  if ((await runNode([path.join(root, 'scripts', 'generate.mjs'), '--index'])) !== 0) {
    throw new Error('the rule index could not be generated');
  }
  for (const { file, bytes } of await bundleProduct({ dev: process.argv.includes('--dev') })) {
    console.log(`${file}  ${(bytes / 1024).toFixed(0)} KB`);
  }
} catch (error) {
  console.error(`build failed: ${error.message}`);
  process.exitCode = 1;
}
