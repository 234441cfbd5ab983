// Drives the installed package in a real window by mouse and keyboard, as a user would.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage } from '../browser.mjs';
import { bundleDrive } from '../bundles.mjs';
import { scratchFolder } from '../cleanup.mjs';
import { runNode } from '../process.mjs';
import { root, shots, vsix } from '../project.mjs';
import { announce } from '../results.mjs';
import { startWorkbench, workbenchUrl } from '../workbench.mjs';

/** Runs the steps of test/workbench/drive in order, with a picture after each in out/shots/. Returns the results. */
export async function runDrive({ editor, browser }, suite) {
  if ((await runNode([path.join(root, 'scripts', 'package.mjs')])) !== 0) throw new Error('packaging failed');
  process.setSourceMapsEnabled(true); // a failed step is shown with its place in steps.ts
  const { steps } = await import(pathToFileURL(await bundleDrive()).href);
  const folder = scratchFolder();
  const workspace = path.join(folder, 'examples');
  fs.cpSync(path.join(root, 'examples'), workspace, { recursive: true });
  const workbench = await startWorkbench(editor, { folder: path.join(folder, 'server'), vsix });
  const { page, localOnly, close } = await openPage(browser, suite);
  const results = [];
  try {
    await page.goto(workbenchUrl(workbench, workspace));
    const step = async (name, run) => results.push(announce(await runStep({ suite, name, run })));
    for (const [index, { name, run, picture }] of steps.entries()) {
      await step(name, () => run(page));
      const file = `drive-${index + 1}-${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`;
      await page.screenshot({ path: path.join(shots, file) });
      if (picture) await step(`picture of ${picture.name}`, () => readmePicture(page, picture));
    }
  } finally {
    await close();
    await workbench.stop();
  }
  return [...results, announce(localOnly())];
}

/** Takes a picture for the README; scripts/screenshots.mjs puts it there. */
async function readmePicture(page, { name, area }) {
  await page.screenshot({ path: path.join(shots, `readme-${name}.png`), clip: await area(page) });
}

/** A step that fails does not end the drive: the later ones say how much still works. */
async function runStep({ suite, name, run }) {
  const began = Date.now();
  try {
    await run();
    return { suite, name, state: 'passed', ms: Date.now() - began };
  } catch (error) {
    return { suite, name, state: 'failed', ms: Date.now() - began, message: error.stack };
  }
}
