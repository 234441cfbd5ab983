// Everything that needs no editor, in one run of vitest; each folder below test/ is a suite of its own in the summary.
import fs from 'node:fs';
import path from 'node:path';
import { runNode } from '../process.mjs';
import { out, root } from '../project.mjs';

/** The folders of vitest.config.ts. One that yields no test is a failure, so they are named and not discovered. */
export const vitestSuites = ['unit', 'scenarios', 'corpus', 'server', 'cli', 'oracles'];

const states = { passed: 'passed', failed: 'failed' }; // all others (skipped, pending, todo) did not run

/** Runs vitest once, with its own progress on stdout. Returns the results. */
export async function runVitest() {
  const report = path.join(out, 'vitest.json');
  fs.rmSync(report, { force: true });
  const status = await runNode(
    [
      path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root },
  );
  const files = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')).testResults : [];
  const results = files.flatMap(fileResults);
  if (status !== 0 && !results.some((result) => result.state === 'failed')) {
    const message = `vitest ended with status ${status}: see its output above`;
    results.push({ suite: 'vitest', name: 'runs to its end', state: 'failed', message });
  }
  return results;
}

/** The results of one test file: its tests, or a failure when it could not even be loaded. */
function fileResults({ name: file, status, message, assertionResults }) {
  const relative = path.relative(path.join(root, 'test'), file);
  const suite = relative.split(path.sep)[0];
  if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
    return [{ suite, name: relative, state: 'failed', message }];
  }
  return assertionResults.map((test) => ({
    suite,
    name: `${path.basename(file)} > ${[...test.ancestorTitles, test.title].join(' > ')}`,
    state: states[test.status] ?? 'skipped',
    ms: test.duration ?? undefined,
    message: test.failureMessages?.join('\n') || undefined,
  }));
}
