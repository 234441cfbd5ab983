import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { parseCommand } from '../../server/src/cli/arguments.ts';
import { UsageError } from '../../server/src/cli/options.ts';
import { domain, kindsOf, Program, pathsOf } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

describe('usage', () => {
  it.each([
    [[], 'no command is given'],
    [['chek'], 'there is no command chek; did you mean check?'],
    [['vm.xml'], 'there is no command vm.xml; to check files: virtlens check vm.xml'],
    [['--fix', 'check'], 'a command comes first, then --fix'],
    [['check', '--fixx'], 'there is no option --fixx; did you mean --fix?'],
    [['check', '--constructor'], 'there is no option --constructor'],
    [['check', '-x'], 'there is no option -x'],
    [['check', '--format', 'xml'], '--format is one of text, concise, json, not xml'],
    [['check', '--format'], '--format needs a value'],
    [['check', '--config', '--fix'], '--config needs a value'],
    [['check', '--fix=yes'], '--fix takes no value'],
    [['check', '--fail-on', 'hint'], '--fail-on is one of error, warning, never, not hint'],
    [['check', '--qemu-version', 'ten'], '--qemu-version is a version such as 10.0, not ten'],
    [['check', '--preset', 'laptop'], '--preset is one of desktop, server, strict, not laptop'],
    [['check', '--dialect', 'xen'], '--dialect is one of qemu, libvirt, not xen'],
    [['check', '--diff', '--format', 'json'], '--diff prints a diff: leave out --format json'],
    [['check', '--argv'], '--argv needs the path of a command line, or - for standard input'],
    [['check', '--argv', '--fix'], 'leave out --argv or the fixing'],
    [['explain'], 'explain needs the name of a rule'],
    [['rules', 'all'], 'all is not expected here'],
    [['lsp'], 'add it'],
  ])('%j is refused', (args, message) => {
    const parse = () => parseCommand(args);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });

  it.each([
    [['check', '--fixx'], 'there is no option --fixx; did you mean --fix?'],
    [['explain', 'numa-cpu-overlap'], 'no rule is named numa-cpu-overlap; did you mean numa-cpus-overlap?'],
    [['explain', 'zebra'], 'no rule is named zebra; all rules are listed by: virtlens rules'],
  ])('%j ends with 2 and a message', (args, message) => {
    const { code, stdout, stderr } = program.run(args);
    expect(stderr).toBe(`virtlens: ${message}\nTry: virtlens --help\n`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([['--help'], ['-h']])('%s prints help', (flag) => {
    const { code, stdout, stderr } = program.run([flag]);
    expect(stdout).toContain('virtlens check [paths...]');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it.each(['check', 'explain', 'rules', 'lsp'])('%s --help prints its own help', (command) => {
    const { code, stdout } = program.run([command, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: virtlens ${command}`));
    expect(code).toBe(0);
  });

  it('documents every option of check', () => {
    const { stdout } = program.run(['check', '--help']);
    const documented = [...stdout.matchAll(/^ +(?:-h, )?--([a-z-]+)/gm)].map((match) => match[1]);
    for (const option of [
      'argv',
      'config',
      'dialect',
      'diff',
      'fail-on',
      'fix',
      'format',
      'help',
      'preset',
      'repair',
    ]) {
      expect(documented).toContain(option);
    }
    expect(documented).toEqual(expect.arrayContaining(['qemu-version', 'libvirt-version']));
  });

  it('--version prints the version of the package', () => {
    expect(program.run(['--version'])).toMatchObject({ code: 0, stdout: `virtlens ${manifest.version}\n` });
  });
});

describe('exit status of check', () => {
  it('is 0 where nothing is wrong', () => {
    program.write('vm.xml', domain());
    expect(program.run(['check', 'vm.xml']).code).toBe(0);
  });

  it('is 1 for an error', () => {
    program.write('vm.xml', domain({ overlap: true }));
    expect(program.run(['check', 'vm.xml']).code).toBe(1);
  });

  it('follows --fail-on', () => {
    program.write('vm.xml', domain({ overlap: true }));
    program.write('virtlens.json', '{ "rules": { "numa-cpus-overlap": "warning" } }');
    expect(program.run(['check', 'vm.xml']).code).toBe(0);
    expect(program.run(['check', '--fail-on', 'error', 'vm.xml']).code).toBe(0);
    expect(program.run(['check', '--fail-on', 'warning', 'vm.xml']).code).toBe(1);
    program.write('virtlens.json', '{}');
    expect(program.run(['check', '--fail-on', 'warning', 'vm.xml']).code).toBe(1);
    expect(program.run(['check', '--fail-on', 'never', 'vm.xml']).code).toBe(0);
  });

  it('is 2 for a missing file, findings or not, and the others are checked', () => {
    program.write('vm.xml', domain({ overlap: true }));
    const { code, report } = program.check(['gone.xml', 'vm.xml']);
    expect(code).toBe(2);
    expect(kindsOf(report)).toEqual(['gone.xml missing']);
    expect(pathsOf(report)).toEqual(['vm.xml']);
    expect(report.summary).toMatchObject({ files: 1, errors: 1 });
    expect(program.run(['check', '--fail-on', 'never', 'gone.xml']).code).toBe(2);
  });

  it('is 0 for an empty folder, with a message', () => {
    const { code, stdout, stderr } = program.run(['check', '.']);
    expect(stdout).toBe('No file holds a QEMU command or a libvirt domain.\n');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(program.check([]).report.files).toEqual([]);
  });
});

describe('rules', () => {
  it('lists the rules for people', () => {
    const { code, stdout } = program.run(['rules']);
    expect(stdout).toMatch(/^numa-cpus-overlap +error +A vCPU is assigned to two guest nodes\.$/m);
    expect(code).toBe(0);
  });

  it('lists the rules for programs', () => {
    const { stdout } = program.run(['rules', '--format', 'json']);
    const { version, tool, rules } = JSON.parse(stdout);
    expect({ version, tool }).toEqual({ version: 1, tool: { version: manifest.version } });
    expect(rules).toContainEqual({
      name: 'numa-cpus-overlap',
      topic: 'numa',
      severity: 'error',
      summary: 'A vCPU is assigned to two guest nodes.',
      dialects: ['qemu', 'libvirt'],
      since: '0.1.0',
    });
  });
});
