// Shows VirtLens at work, straight after a clone: installs and builds what it needs, fetches a real VS Code once, installs the
// packaged extension into it, opens it on a throw-away copy of examples/ and prints the address.
//
// Usage: node scripts/demo.mjs [--headless-check]
//   --headless-check  without a window: waits for the findings, saves out/shots/demo.png, exits 0, or 1 when there are none
// PORT sets the port; otherwise a free one is taken.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser, openPage } from './lib/browser.mjs';
import { scratchFolder } from './lib/cleanup.mjs';
import { ensureEditor } from './lib/editor.mjs';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, root, shots, vsix } from './lib/project.mjs';
import { remoteUri, startWorkbench, workbenchUrl } from './lib/workbench.mjs';

const shown = 'gpu-two-nodes.sh';
const firstOpen = 60_000; // ms; a freshly started editor takes about ten seconds on a small machine

/** Waits until the findings are on screen and listed, and takes a picture, also of a failure. */
async function check(url) {
  const browser = await launchBrowser();
  const { page } = await openPage(browser, 'demo');
  try {
    await page.goto(url);
    await page.locator('.squiggly-error').first().waitFor({ timeout: firstOpen });
    await page.keyboard.press('Control+Shift+M');
    const listed = page.locator('.markers-panel-container .monaco-list-row:has-text("virtlens")');
    await listed.first().waitFor();
    await page.screenshot({ path: path.join(shots, 'demo.png') });
    console.log(`${await listed.count()} findings on screen; picture: out/shots/demo.png`);
  } catch (error) {
    await page.screenshot({ path: path.join(shots, 'demo-failed.png') });
    throw new Error(`no findings on screen (picture: out/shots/demo-failed.png)\n${error.message}`);
  } finally {
    await browser.close();
  }
}

/** Opens an address in the user's own browser, where there is a desktop. */
function openInBrowser(url) {
  const hasDesktop = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasDesktop) return;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {}) // the address is printed all the same
    .unref();
}

async function demo({ headlessCheck }) {
  await ensureDependencies();
  if ((await runNode([path.join(root, 'scripts', 'package.mjs')])) !== 0) throw new Error('packaging failed');
  const editor = await ensureEditor();
  const folder = scratchFolder();
  const examples = path.join(folder, 'examples');
  fs.cpSync(path.join(root, 'examples'), examples, { recursive: true });
  const workbench = await startWorkbench(editor, {
    folder: path.join(folder, 'server'),
    vsix,
    port: process.env.PORT ? Number(process.env.PORT) : undefined,
  });
  const url = workbenchUrl(workbench, examples, [
    ['openFile', remoteUri(workbench, path.join(examples, shown))],
  ]);
  console.log(`\nVS Code with VirtLens, on a copy of examples/ (change what you like):\n\n  ${url}\n`);
  if (headlessCheck) {
    await check(url);
    return;
  }
  console.log('Ctrl+C ends it.');
  openInBrowser(url);
  await workbench.ended;
  throw new Error(`the editor's server ended:\n${workbench.log()}`);
}

try {
  const { values } = parseArgs({ options: { 'headless-check': { type: 'boolean' } } });
  await demo({ headlessCheck: values['headless-check'] === true });
  process.exit(0); // which ends the editor
} catch (error) {
  console.error(`demo failed: ${error.message}`);
  process.exit(1);
}
