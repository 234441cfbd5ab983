// Draws icon.png, 256 pixels square as the gallery wants it, from docs/icon.svg.
//
// Usage: node scripts/icon.mjs
import fs from 'node:fs';
import path from 'node:path';
import { launchBrowser } from './lib/browser.mjs';
import { ensureDependencies, root } from './lib/project.mjs';

const size = 256;

await ensureDependencies();
const drawing = fs.readFileSync(path.join(root, 'docs', 'icon.svg'), 'utf8');
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${drawing}`);
  await page.screenshot({ path: path.join(root, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
