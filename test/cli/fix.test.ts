import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileTrouble } from '../../server/src/cli/problem.ts';
import { replaceText } from '../../server/src/cli/writeFile.ts';
import { domain, kindsOf, Program, UNUSED } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

/** Git is there for sure, as discover.test.ts needs it. */
const PATCHERS = ['patch', 'git'].filter((tool) => !spawnSync(tool, ['--version']).error);

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

describe('--fix', () => {
  it('applies what is safe and reports what remains', () => {
    program.write('vm.xml', domain({ overlap: true, comment: UNUSED }));
    const { code, report } = program.check(['--fix', 'vm.xml']);
    expect(program.read('vm.xml')).toBe(domain({ overlap: true }));
    expect(report.files[0]?.findings.map((finding) => finding.rule)).toEqual(['numa-cpus-overlap']);
    expect(code).toBe(1);
  });

  it('makes no choices', () => {
    program.write('vm.xml', domain({ overlap: true }));
    const before = fs.statSync(program.path('vm.xml'));
    program.run(['check', '--fix', 'vm.xml']);
    expect(program.read('vm.xml')).toBe(domain({ overlap: true }));
    expect(fs.statSync(program.path('vm.xml')).ino).toBe(before.ino);
  });

  it('says how many files changed', () => {
    program.write('vm.xml', domain({ comment: UNUSED }));
    program.write('clean.xml', domain());
    expect(program.run(['check', '--fix', '.']).stdout).toMatch(
      /^No findings in 2 files \(1 changed, \d+ ms\)\n$/,
    );
  });
});

describe('line endings', () => {
  it('of a script, where they cut the command, become plain ones', () => {
    const script = '#!/bin/sh\nqemu-system-x86_64 -m 1G \\\n  -smp 2\n';
    program.write('launch', crlf(script));
    expect(program.run(['check', 'launch']).code).toBe(1);
    expect(program.run(['check', '--fix', 'launch']).code).toBe(0);
    expect(program.read('launch')).toBe(script);
  });
});

describe('--repair', () => {
  it('mends errors by choices', () => {
    program.write('vm.xml', domain({ overlap: true }));
    const { code, report } = program.check(['--repair', 'vm.xml']);
    expect(program.read('vm.xml')).toContain("<cell id='0' cpus='0' memory");
    expect(program.read('vm.xml')).toContain("<cell id='1' cpus='1' memory");
    expect(report.summary.errors).toBe(0);
    expect(code).toBe(0);
  });

  it('applies safe fixes too', () => {
    program.write('vm.xml', domain({ comment: UNUSED }));
    program.run(['check', '--repair', 'vm.xml']);
    expect(program.read('vm.xml')).toBe(domain());
  });

  it('mends scripts', () => {
    const cells = [0, 1].map((i) => `  -numa node,nodeid=${i},cpus=0-1,memdev=m${i}`);
    const backings = [0, 1].map((i) => `  -object memory-backend-ram,id=m${i},size=1G \\\n`);
    program.write(
      'launch',
      `qemu-system-x86_64 -smp 2 -m 2G \\\n${backings.join('')}${cells.join(' \\\n')}\n`,
    );
    expect(program.check(['--repair', 'launch']).report.summary.errors).toBe(0);
    expect(program.read('launch')).toContain('-numa node,nodeid=0,cpus=0,memdev=m0 \\\n');
    expect(program.read('launch')).toContain('-numa node,nodeid=1,cpus=1,memdev=m1\n');
  });
});

describe('writing', () => {
  const broken = domain({ overlap: true, comment: UNUSED });
  const mended = domain({ overlap: true }).replaceAll("cpus='0-1'", (_, offset) =>
    domain({ overlap: true }).indexOf("cpus='0-1'") === offset ? "cpus='0'" : "cpus='1'",
  );

  it('keeps mode, byte order mark and line endings', () => {
    program.write('vm.xml', `\uFEFF${crlf(broken)}`);
    fs.chmodSync(program.path('vm.xml'), 0o640);
    const outcome = program.run(['check', '--repair', 'vm.xml']);
    expect(program.read('vm.xml')).toBe(`\uFEFF${crlf(mended)}`);
    expect(fs.statSync(program.path('vm.xml')).mode & 0o7777).toBe(0o640);
    expect(outcome.code).toBe(0);
  });

  it('keeps what the file ends with', () => {
    program.write('vm.xml', broken.trimEnd());
    program.run(['check', '--repair', 'vm.xml']);
    expect(program.read('vm.xml')).toBe(mended.trimEnd());
  });

  it('keeps a link and changes the file it leads to', () => {
    program.write('real/vm.xml', broken);
    fs.symlinkSync('real/vm.xml', program.path('link.xml'));
    program.run(['check', '--repair', 'link.xml']);
    expect(fs.lstatSync(program.path('link.xml')).isSymbolicLink()).toBe(true);
    expect(program.read('real/vm.xml')).toBe(mended);
  });

  it('leaves nothing beside the file', () => {
    program.write('vm.xml', broken);
    program.run(['check', '--repair', 'vm.xml']);
    expect(fs.readdirSync(program.folder)).toEqual(['vm.xml']);
  });

  it('works for names as long as they may be', () => {
    const name = `${'n'.repeat(251)}.xml`;
    program.write(name, broken);
    program.run(['check', '--repair', name]);
    expect(program.read(name)).toBe(mended);
  });

  it('reports what cannot be written, with what is found in it', () => {
    const command = 'cat | "$0" "$1" check --repair --format json /dev/stdin';
    const { status, stdout } = spawnSync('sh', ['-c', command, process.execPath, program.bundle], {
      input: domain({ overlap: true }),
      encoding: 'utf8',
    });
    const report = JSON.parse(stdout);
    expect(kindsOf(report)).toEqual(['/dev/stdin unwritable']);
    expect(report.summary.errors).toBe(1);
    expect(status).toBe(2);
  });

  it('leaves a file alone that someone else changed meanwhile', () => {
    program.write('vm.xml', 'theirs');
    const replace = () => replaceText(program.path('vm.xml'), { text: 'read before', bom: '' }, 'ours');
    expect(replace).toThrow(FileTrouble);
    expect(program.read('vm.xml')).toBe('theirs');
    expect(fs.readdirSync(program.folder)).toEqual(['vm.xml']);
  });

  it('does not put a file where a folder is', () => {
    fs.mkdirSync(program.path('vm.xml'));
    expect(() => replaceText(program.path('vm.xml'), { text: '', bom: '' }, 'ours')).toThrow(
      'no regular file',
    );
  });
});

describe('standard input', () => {
  it('goes fixed to standard output, and the report to standard error', () => {
    const stdin = `\uFEFF${crlf(domain({ overlap: true }))}`;
    const { code, stdout, stderr } = program.run(['check', '--repair', '-'], { stdin });
    expect(stdout).toMatch(/^\uFEFF<domain type='kvm'>\r\n/);
    expect(stdout).toContain("cpus='1'");
    expect(stderr).toContain('No findings in 1 file');
    expect(code).toBe(0);
  });

  it('passes through unchanged where there is nothing to fix', () => {
    expect(program.run(['check', '--fix', '-'], { stdin: 'text\n' }).stdout).toBe('text\n');
  });
});

describe('--diff', () => {
  it('shows what --fix would do, writes nothing and exits with 1', () => {
    program.write('vm.xml', domain({ comment: UNUSED }));
    const { code, stdout, stderr } = program.run(['check', '--diff', 'vm.xml']);
    expect(stdout).toMatch(/^--- a\/vm\.xml\n\+\+\+ b\/vm\.xml\n@@ /);
    expect(stdout).toContain(`\n-${UNUSED}`);
    expect(stderr).toContain('(1 to change');
    expect(program.read('vm.xml')).toBe(domain({ comment: UNUSED }));
    expect(code).toBe(1);
  });

  it('exits with 0 and says nothing on standard output where nothing changes', () => {
    program.write('vm.xml', domain());
    expect(program.run(['check', '--diff', 'vm.xml'])).toMatchObject({ code: 0, stdout: '' });
  });

  it('exits with 1 for a change whatever --fail-on says', () => {
    program.write('vm.xml', domain({ comment: UNUSED }));
    expect(program.run(['check', '--diff', '--fail-on', 'never', 'vm.xml']).code).toBe(1);
  });

  it.each(PATCHERS)('gives a diff that %s applies', (tool) => {
    const files: Record<string, string> = {
      'vm.xml': domain({ overlap: true }),
      'guests/with blank.xml': `\uFEFF${crlf(domain({ overlap: true }))}`,
      'guests/no-newline.xml': domain({ overlap: true, comment: UNUSED }).trimEnd(),
    };
    for (const [name, text] of Object.entries(files)) program.write(name, text);
    const { stdout } = program.run(['check', '--diff', '--repair', '.']);
    const args = tool === 'patch' ? ['-p1', '--binary'] : ['apply', '-'];
    const applied = spawnSync(tool, args, { cwd: program.folder, input: stdout, encoding: 'utf8' });
    expect(applied.status, applied.stdout + applied.stderr).toBe(0);
    const patched = Object.keys(files).map((name) => program.read(name));
    for (const [name, text] of Object.entries(files)) program.write(name, text);
    program.run(['check', '--repair', '.']);
    expect(patched).toEqual(Object.keys(files).map((name) => program.read(name)));
    expect(patched).not.toEqual(Object.values(files));
  });
});
