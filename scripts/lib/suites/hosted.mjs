// What the two runners of the mocha suite share: the workspace it works on, and the file it reports through.
import fs from 'node:fs';
import path from 'node:path';
import { bundleSuite } from '../bundles.mjs';
import { scratchFolder } from '../cleanup.mjs';
import { root } from '../project.mjs';
import { announce } from '../results.mjs';

/**
 * Prepares one run: the bundled suite, and a workspace of two folders, a copy of examples/ and an empty one.
 * Returns { bundle, folder, workspace, report, env }: folder is the run's own and gone afterwards, env is what the extension
 * host needs.
 */
export async function prepareHostedSuite() {
  const folder = scratchFolder();
  fs.cpSync(path.join(root, 'examples'), path.join(folder, 'examples'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'second'));
  const workspace = path.join(folder, 'suite.code-workspace');
  fs.writeFileSync(
    workspace,
    JSON.stringify({ folders: [{ path: 'examples' }, { path: 'second' }], settings: {} }),
  );
  const report = path.join(folder, 'results.jsonl');
  return { bundle: await bundleSuite(), folder, workspace, report, env: { VIRTLENS_TEST_REPORT: report } };
}

/**
 * Prints each result as the suite writes it. Returns a function that ends this and returns all results of `suite`. It takes what
 * went wrong, if the runner knows. A suite without a test or without its last line adds a failure, because an editor may
 * report success although the suite never loaded.
 */
export function followReport(report, suite) {
  const results = [];
  let finished = false;
  let read = 0;
  const readOn = () => {
    if (!fs.existsSync(report)) return;
    const lines = fs.readFileSync(report, 'utf8').split('\n');
    for (const line of lines.slice(read, -1)) {
      const entry = JSON.parse(line);
      if (entry.finished) finished = true;
      else results.push(announce({ suite, ...entry }));
    }
    read = lines.length - 1;
  };
  fs.watchFile(report, { interval: 300 }, readOn);
  return (problem = 'the suite did not finish, or had no test') => {
    fs.unwatchFile(report);
    readOn();
    if (finished && results.length > 0) return results;
    return [...results, { suite, name: 'runs to its end', state: 'failed', message: problem }];
  };
}
