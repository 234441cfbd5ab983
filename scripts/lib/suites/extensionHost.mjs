// Runs the mocha suite inside the extension host of the fetched VS Code.
import fs from 'node:fs';
import path from 'node:path';
import { openPage } from '../browser.mjs';
import { out, root, shots } from '../project.mjs';
import { announce } from '../results.mjs';
import { remoteUri, startWorkbench, workbenchUrl } from '../workbench.mjs';
import { followReport, prepareHostedSuite } from './hosted.mjs';

const limit = 300_000; // ms, for the whole suite

/** Runs the suite of test/workbench/suite on the extension in this folder. Returns the results. */
export async function runInExtensionHost({ editor, browser }, suite) {
  const { bundle, folder, workspace, report, env } = await prepareHostedSuite();
  const workbench = await startWorkbench(editor, {
    folder: path.join(folder, 'server'),
    env,
    // Without the first the page is never told that the suite is over; without the second its console stays silent.
    args: ['--enable-smoke-test-driver', '--log', 'info'],
  });
  const { page, localOnly, close } = await openPage(browser, suite);
  const finish = followReport(report, suite);
  let problem;
  try {
    const ended = suiteEnd(page);
    await logConsole(page, path.join(out, 'extension-host.log'));
    await page.goto(
      workbenchUrl(workbench, workspace, [
        ['extensionDevelopmentPath', remoteUri(workbench, root)],
        ['extensionTestsPath', remoteUri(workbench, bundle)],
        ['skipWelcome', 'true'],
      ]),
    );
    problem = await ended;
    if (problem) {
      await page.screenshot({ path: path.join(shots, 'extension-host-failed.png') }).catch(() => {});
      console.log(workbench.log().slice(-3000));
    }
  } finally {
    await close();
    await workbench.stop();
  }
  return [...finish(problem), announce(localOnly())];
}

/** Resolves when the suite is over: to nothing, or to what went wrong. Which tests failed is in the report, not here. */
function suiteEnd(page) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`no end after ${limit / 1000} s`), limit);
    const end = (what) => {
      clearTimeout(timer);
      resolve(what);
    };
    page.on('crash', () => end('the page crashed'));
    page.exposeFunction('codeAutomationExit', () => end(undefined)).catch((error) => end(error.message));
  });
}

/** Writes what the extension host prints to a file. */
async function logConsole(page, file) {
  fs.writeFileSync(file, '');
  await page.exposeFunction('codeAutomationLog', (_kind, words) =>
    fs.appendFileSync(file, `${words.join(' ')}\n`),
  );
}
