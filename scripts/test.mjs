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

/** The editor and the browser, made ready once for both parts that need them. */
let ready;
function testBench() {
  ready ??= (async () => ({ editor: await ensureEditor(), browser: await launchBrowser() }))();
  return ready;
}

const parts = {
  unit: { suites: vitestSuites, run: runVitest },
  workbench: {
    suites: ['extension host'],
    run: async (suite) => runInExtensionHost(await testBench(), suite),
  },
  drive: { suites: ['window'], run: async (suite) => runDrive(await testBench(), suite) },
};

/** Does the work of one or more suites. What stops it as a whole becomes a result, so that it is counted and named. */
async function guarded(suite, work) {
  console.log(`\n== ${suite}`);
  try {
    return await work(suite);
  } catch (error) {
    const unavailable = error instanceof Unavailable;
    const state = unavailable && process.env.CI !== 'true' ? 'skipped' : 'failed';
    return [{ suite, name: 'all tests', state, message: unavailable ? error.message : error.stack }];
  }
}

async function runParts(wanted) {
  const results = [];
  for (const { suites, run } of wanted) results.push(...(await guarded(suites.join(', '), run)));
  return [
    ...results,
    ...missingSuites(
      results,
      wanted.flatMap(({ suites }) => suites),
    ),
  ];
}

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
if (only !== undefined && !Object.hasOwn(parts, only)) {
  console.error(`--only takes one of ${Object.keys(parts).join(', ')}`);
  process.exit(1);
}
const prepared = await guarded('build', async (suite) => {
  await ensureDependencies();
  const status = await runNode([path.join(root, 'scripts', 'build.mjs')]);
  return status === 0 ? [] : [{ suite, name: 'builds', state: 'failed', message: 'see its output above' }];
});
const results = prepared.length > 0 ? prepared : await runParts(only ? [parts[only]] : Object.values(parts));
await ready?.then(({ browser }) => browser.close()).catch(() => {});
// Explicitly, because a suite that broke off may have left something running; leaving ends it.
process.exit(printSummary(results));
