import * as fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { domain, kindsOf, Program, pathsOf, UNUSED } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

describe('virtlens.json', () => {
  it('is read from the current folder', () => {
    program.write('vm.xml', domain({ overlap: true }));
    program.write('virtlens.json', '{ "rules": { "numa-cpus-overlap": "off" } }');
    expect(program.check(['vm.xml']).report.summary.errors).toBe(0);
  });

  it('is the nearest one above each file, which counts alone', () => {
    program.write('virtlens.json', '{ "rules": { "numa-cpus-overlap": "hint" } }');
    program.write('vm.xml', domain({ overlap: true }));
    program.write('guests/virtlens.json', '{ "rules": { "numa-cpus-overlap": "warning" } }');
    program.write('guests/deep/down/vm.xml', domain({ overlap: true }));
    program.write('guests/own/virtlens.json', '{ "preset": "strict" }');
    program.write('guests/own/vm.xml', domain({ overlap: true }));
    const found = (...args: string[]) =>
      program
        .check(args)
        .report.files.map(({ path: file, findings }) => [file, findings.map(({ severity }) => severity)]);
    expect(found('.')).toEqual([
      ['guests/deep/down/vm.xml', ['warning']],
      ['guests/own/vm.xml', ['error']],
      ['vm.xml', ['hint']],
    ]);
    expect(found('guests/deep/down/vm.xml')).toEqual([['guests/deep/down/vm.xml', ['warning']]]);
    expect(found('--config', 'guests/virtlens.json', '.').map(([, severities]) => severities)).toEqual([
      ['warning'],
      ['warning'],
      ['warning'],
    ]);
  });

  it('is looked for above the current folder, too, but not beyond the repository', () => {
    program.write('virtlens.json', '{ "rules": { "numa-cpus-overlap": "hint" } }');
    program.write('inner/guests/vm.xml', domain({ overlap: true }));
    const hints = (at: string) => {
      const run = { stdin: domain({ overlap: true }), in: at };
      return ['vm.xml', '-'].map((file) => program.check([file], run).report.files[0]!.findings[0]!.severity);
    };
    expect(hints('inner/guests')).toEqual(['hint', 'hint']);
    fs.mkdirSync(program.path('inner/.git'));
    expect(hints('inner/guests')).toEqual(['error', 'error']);
    program.write('inner/virtlens.json', '{ "rules": { "numa-cpus-overlap": "warning" } }');
    expect(hints('inner/guests')).toEqual(['warning', 'warning']);
  });

  it('leaves out files of folders, not files that are named', () => {
    program.write('virtlens.json', '{ "ignore": ["old/**"] }');
    program.write('old/vm.xml', domain());
    program.write('new/vm.xml', domain());
    expect(pathsOf(program.check(['.']).report)).toEqual(['new/vm.xml']);
    expect(pathsOf(program.check(['old']).report)).toEqual([]);
    expect(pathsOf(program.check(['old/vm.xml']).report)).toEqual(['old/vm.xml']);
  });

  it('names paths from its own folder', () => {
    program.write('guests/virtlens.json', '{ "ignore": ["old/*.xml", "*.conf"] }');
    program.write('guests/old/vm.xml', domain());
    program.write('guests/vm.conf', domain());
    program.write('old/vm.xml', domain());
    program.write('vm.conf', domain());
    const { report } = program.check(['--config', 'guests/virtlens.json', '.']);
    expect(pathsOf(report)).toEqual(['old/vm.xml', 'vm.conf']);
  });

  it('stops the run where it is wrong, and says where', () => {
    program.write('vm.xml', domain());
    program.write(
      'virtlens.json',
      '{\n  "rules": {\n    "numa-cpu-overlap": "off"\n  },\n  "ignor": []\n}\n',
    );
    const { code, stderr } = program.run(['check', 'vm.xml']);
    expect(stderr).toBe(
      'error: virtlens.json:3:5: No rule is named "numa-cpu-overlap". Did you mean "numa-cpus-overlap"?\n' +
        'error: virtlens.json:5:3: No setting is named "ignor". Did you mean "ignore"?\n',
    );
    expect(code).toBe(2);
    const { report } = program.check(['vm.xml']);
    expect(report.files).toEqual([]);
    expect(report.problems[1]).toEqual({
      path: 'virtlens.json',
      kind: 'configuration',
      message: 'line 5, column 3: No setting is named "ignor". Did you mean "ignore"?',
    });
  });

  it('stops the files that it is for, says so once, and leaves the others alone', () => {
    program.write('wrong/virtlens.json', '{ "ignor": [] }');
    for (const file of ['wrong/a.xml', 'wrong/deep/b.xml', 'c.xml']) program.write(file, domain());
    const { code, report } = program.check(['.']);
    expect(code).toBe(2);
    expect(pathsOf(report)).toEqual(['c.xml']);
    expect(kindsOf(report)).toEqual(['wrong/virtlens.json configuration']);
  });

  it('is that of the current folder for the command line of a process, which is in none', () => {
    program.write('proc/virtlens.json', '{ "ignor": [] }');
    program.write('proc/cmdline', 'qemu-system-x86_64\0-m\x001G\0');
    expect(kindsOf(program.check(['--argv', 'proc/cmdline']).report)).toEqual([]);
    program.write('virtlens.json', '{ "ignor": [] }');
    expect(kindsOf(program.check(['--argv', 'proc/cmdline']).report)).toEqual([
      'virtlens.json configuration',
    ]);
  });

  it('must be there when it is named', () => {
    const { code, stderr } = program.run(['check', '--config', 'mine.json', '.']);
    expect(stderr).toBe('error: mine.json: no such file or folder: check the spelling\n');
    expect(code).toBe(2);
  });
});

describe('a preset', () => {
  // One finding, a hint: its comment suppresses nothing.
  const severities = (...args: string[]): string[] => {
    const [file] = program.check([...args, 'vm.xml']).report.files;
    return file!.findings.map(({ severity }) => severity);
  };
  beforeEach(() => program.write('vm.xml', domain({ comment: UNUSED })));

  it('is chosen by an option', () => {
    expect(severities()).toEqual(['hint']);
    expect(severities('--preset', 'desktop')).toEqual([]);
    expect(severities('--preset', 'server')).toEqual(['hint']);
    expect(severities('--preset=strict')).toEqual(['information']);
  });

  it('is chosen in virtlens.json, which counts for less than the option', () => {
    program.write('virtlens.json', '{ "preset": "desktop" }');
    expect(severities()).toEqual([]);
    expect(severities('--preset', 'strict')).toEqual(['information']);
  });

  it('counts for less than what is said of a rule', () => {
    program.write('virtlens.json', '{ "rules": { "unused-suppression": "warning" } }');
    expect(severities('--preset', 'desktop')).toEqual(['warning']);
  });

  it('leaves errors alone', () => {
    program.write('vm.xml', domain({ overlap: true }));
    for (const preset of ['desktop', 'server', 'strict']) {
      expect(severities('--preset', preset)).toEqual(['error']);
    }
  });
});
