// The mocha suite of `npm test` in a desktop VS Code.
//
// Usage: node scripts/test-electron.mjs         needs a display: under CI, xvfb-run
// VIRTLENS_VSCODE: path of an installed editor's executable; without it, VS Code is downloaded once from its own site
// VIRTLENS_VSCODE_VERSION: the version to download (default: stable), e.g. 1.93.1
import path from 'node:path';
import { cacheRoot } from './lib/cache.mjs';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, root } from './lib/project.mjs';
import { printSummary } from './lib/results.mjs';
import { followReport, prepareHostedSuite } from './lib/suites/hosted.mjs';

const suite = 'desktop extension host';

async function runInDesktop() {
  await ensureDependencies();
  if ((await runNode([path.join(root, 'scripts', 'build.mjs')])) !== 0) throw new Error('the build failed');
  const { runTests } = await import('@vscode/test-electron');
  const { bundle, folder, workspace, report, env } = await prepareHostedSuite();
  const installed = process.env.VIRTLENS_VSCODE;
  const editor = installed
    ? { vscodeExecutablePath: installed }
    : {
        version: process.env.VIRTLENS_VSCODE_VERSION ?? 'stable',
        cachePath: path.join(cacheRoot, 'desktop'),
      };
  const finish = followReport(report, suite);
  let problem;
  try {
    await runTests({
      ...editor,
      extensionDevelopmentPath: root,
      extensionTestsPath: bundle,
      extensionTestsEnv: env,
      launchArgs: [
        workspace,
        '--disable-extensions',
        `--extensions-dir=${path.join(folder, 'extensions')}`,
        `--user-data-dir=${path.join(folder, 'user')}`,
      ],
    });
  } catch (error) {
    problem = error.message; // a failed test, too, makes the editor fail; that is in the report
  }
  return finish(problem);
}

const results = await runInDesktop().catch((error) => [
  { suite, name: 'all tests', state: 'failed', message: error.message },
]);
process.exit(printSummary(results));
