// All tests, straight after a clone: installs and builds what they need, fetches an editor once, and ends with one line,
// `N passed, N failed, N skipped`, for all suites together.
//
// Usage: node scripts/test.mjs [--only unit|workbench|drive]
//   unit       everything that needs no editor (vitest: unit, scenarios, corpus, server, cli, oracles)
//   workbench  the mocha suite inside the extension host of a real VS Code
//   drive      the installed package in a real window, by mouse and keyboard
// Exit: 0 all passed or skipped; 1 a test failed or a suite ran none
//
// Where no editor can be fetched or no browser started, the last two are skipped by name; with CI=true they fail.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './lib/browser.mjs';
import { Unavailable } from './lib/cache.mjs';
import { ensureEditor } from './lib/editor.mjs';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, root } from './lib/project.mjs';
import { missingSuites, printSummary } from './lib/results.mjs';
import { runDrive } from './lib/suites/drive.mjs';
import { runInExtensionHost } from './lib/suites/extensionHost.mjs';
import { runVitest, vitestSuites } from './lib/suites/vitest.mjs';

const suitesOf = { unit: vitestSuites, workbench: ['extension host'], drive: ['window'] };

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
if (only !== undefined && !(only in suitesOf)) {
  console.error(`--only takes one of ${Object.keys(suitesOf).join(', ')}`);
  process.exit(1);
}
const wanted = (part) => only === undefined || only === part;
const inCi = process.env.CI === 'true';

/** Runs one part. What stops it as a whole becomes a result of the suite, so that it is counted and named. */
async function guarded(suite, work) {
  console.log(`\n== ${suite}`);
  try {
    return await work(suite);
  } catch (error) {
    const skipped = error instanceof Unavailable && !inCi;
    const message = error instanceof Unavailable ? error.message : error.stack;
    return [{ suite, name: 'all tests', state: skipped ? 'skipped' : 'failed', message }];
  }
}

/** The editor and the browser, made ready once for both suites that need them. */
let ready;
const testBench = () => {
  ready ??= (async () => ({ editor: await ensureEditor(), browser: await launchBrowser() }))();
  return ready;
};

async function runAll() {
  const results = [];
  if (wanted('unit'))
    results.push(...(await guarded('unit, scenarios, corpus, server, cli, oracles', runVitest)));
  if (wanted('workbench')) {
    results.push(
      ...(await guarded('extension host', async (suite) => runInExtensionHost(await testBench(), suite))),
    );
  }
  if (wanted('drive')) {
    results.push(...(await guarded('window', async (suite) => runDrive(await testBench(), suite))));
  }
  const expected = Object.keys(suitesOf)
    .filter(wanted)
    .flatMap((part) => suitesOf[part]);
  return [...results, ...missingSuites(results, expected)];
}

const prepared = await guarded('build', async (suite) => {
  await ensureDependencies();
  const status = await runNode([path.join(root, 'scripts', 'build.mjs')]);
  return status === 0 ? [] : [{ suite, name: 'builds', state: 'failed', message: 'see its output above' }];
});
const results = prepared.length > 0 ? prepared : await runAll();
await ready?.then(({ browser }) => browser.close()).catch(() => {});
// Explicitly, because a suite that broke off may have left something running; leaving ends it.
process.exit(printSummary(results));
