// The extensionTestsPath of both runners: the same bundle runs in the fetched VS Code and in a desktop one.
import * as fs from 'node:fs';
import Mocha from 'mocha';

/** Writes one JSON line per test, and a last one when all are over, to the file named by VIRTLENS_TEST_REPORT. */
class ReportFile extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner) {
    super(runner);
    const file = process.env.VIRTLENS_TEST_REPORT;
    if (!file) throw new Error('VIRTLENS_TEST_REPORT names the file to report into');
    const write = (entry: object) => fs.appendFileSync(file, `${JSON.stringify(entry)}\n`);
    const result = (test: Mocha.Runnable, state: string, error?: Error) =>
      write({ name: test.titlePath().join(' > '), state, ms: test.duration, message: error?.stack });
    runner.on('pass', (test) => result(test, 'passed'));
    runner.on('pending', (test) => result(test, 'skipped'));
    // Hooks that fail arrive here, too, as tests of their own.
    runner.on('fail', (test, error) => result(test, 'failed', error));
    runner.on('end', () => write({ finished: true }));
  }
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: ReportFile });
  // Mocha's own file loading would need the files unbundled; this defines `suite` and `test` for the modules below.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./activation.test.ts'); // must be the first: it is about what happens before any file is open
  await import('./commands.test.ts');
  await import('./completion.test.ts');
  await import('./documents.test.ts');
  await import('./fixes.test.ts');
  await import('./host.test.ts');
  await import('./hover.test.ts');
  await import('./project.test.ts');
  await import('./settings.test.ts');
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
