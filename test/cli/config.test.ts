import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { domain, Program, pathsOf, UNUSED } from './program.ts';

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

  it('is not looked for elsewhere', () => {
    program.write('guests/vm.xml', domain({ overlap: true }));
    program.write('guests/virtlens.json', '{ "rules": { "numa-cpus-overlap": "off" } }');
    expect(program.check(['guests']).report.summary.errors).toBe(1);
    expect(program.check(['--config', 'guests/virtlens.json', 'guests']).report.summary.errors).toBe(0);
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
