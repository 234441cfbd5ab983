import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { domain, kindsOf, Program, pathsOf } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

/** A command that both parts of VirtLens read alike, whatever its name. */
const OVERLAP = ['-smp', '4', '-m', '2G', '-object', 'memory-backend-ram,id=a,size=1G', '-object'].concat(
  ['memory-backend-ram,id=b,size=1G', '-numa', 'node,nodeid=0,cpus=0-1,memdev=a'],
  ['-numa', 'node,nodeid=1,cpus=0-1,memdev=b'],
);
const LAUNCHER = `#!/bin/sh\nexec qemu-system-x86_64 ${OVERLAP.join(' ')}\n`;

describe('files that are named', () => {
  it('are listed as given, each once', () => {
    program.write('a/vm.xml', domain());
    const { report } = program.check(['./a/vm.xml', 'a//vm.xml', program.path('a/vm.xml'), 'a']);
    expect(pathsOf(report)).toEqual([program.path('a/vm.xml')]);
    expect(pathsOf(program.check(['./a/vm.xml']).report)).toEqual(['./a/vm.xml']);
  });

  it('are read although nothing in them is of our business, which is said', () => {
    program.write('notes.txt', 'buy milk\n');
    const { code, stderr } = program.run(['check', 'notes.txt']);
    expect(stderr).toBe('note: notes.txt: holds no QEMU command and no libvirt domain\n');
    expect(code).toBe(0);
    expect(pathsOf(program.check(['notes.txt']).report)).toEqual(['notes.txt']);
  });

  it('are read although git ignores them', () => {
    program.git('init', '-q');
    program.write('.gitignore', '*.xml\n');
    program.write('vm.xml', domain({ overlap: true }));
    expect(program.check(['vm.xml']).report.summary).toMatchObject({ files: 1, errors: 1 });
  });

  it('are read although they are large', () => {
    program.write('vm.xml', domain({ overlap: true }) + ' '.repeat(6 * 1024 * 1024));
    expect(program.check(['vm.xml']).report.summary).toMatchObject({ files: 1, errors: 1 });
  });

  it('are refused where they would fill the memory', () => {
    program.write('huge.xml', '');
    fs.truncateSync(program.path('huge.xml'), 65 * 1024 * 1024);
    // A hole reads as NUL; text comes first, so that it does not pass for binary.
    fs.writeFileSync(program.path('huge.xml'), `<domain>${' '.repeat(9000)}`, { flag: 'r+' });
    const { code, report } = program.check(['huge.xml']);
    expect(kindsOf(report)).toEqual(['huge.xml too-large']);
    expect(report.problems[0]?.message).toContain('64 MB');
    expect(code).toBe(2);
  });
});

describe('files that cannot be checked', () => {
  it('are told apart, and the others are checked', () => {
    program.write('latin1.xml', Buffer.from(`${domain()}<!-- \u00E9 -->`, 'latin1'));
    program.write('utf16.xml', Buffer.from(`\uFEFF${domain()}`, 'utf16le'));
    program.write('disk.img', Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]));
    program.write('vm.xml', domain());
    const { code, report } = program.check(['latin1.xml', 'utf16.xml', 'disk.img', 'gone', 'vm.xml']);
    expect(kindsOf(report)).toEqual([
      'latin1.xml not-utf8',
      'utf16.xml not-utf8',
      'disk.img binary',
      'gone missing',
    ]);
    expect(report.problems.map((problem) => problem.message)).toEqual([
      'is not UTF-8 (byte E9 in line 15): convert it, for example with iconv -f ISO-8859-1 -t UTF-8',
      'is UTF-16, not UTF-8: convert it, for example with iconv -f UTF-16 -t UTF-8',
      'holds NUL bytes, so it is no text; if it is the command line of a process, add --argv',
      'no such file or folder: check the spelling',
    ]);
    expect(pathsOf(report)).toEqual(['vm.xml']);
    expect(code).toBe(2);
  });

  it('names the first byte at fault, not a replacement character that stands in the file', () => {
    program.write(
      'vm.xml',
      Buffer.concat([Buffer.from(`${domain()}<!-- \uFFFD \uFFFD\n`), Buffer.from([0x80])]),
    );
    expect(program.check(['vm.xml']).report.problems[0]?.message).toContain('byte 80 in line 16');
  });

  it('appear on standard error in the text report', () => {
    const { stdout, stderr } = program.run(['check', 'gone.xml']);
    expect(stderr).toBe('error: gone.xml: no such file or folder: check the spelling\n');
    expect(stdout).toBe('No file was checked.\n');
  });

  it('reports a link that leads to itself', () => {
    fs.symlinkSync('loop.xml', program.path('loop.xml'));
    const { code, report } = program.check(['loop.xml']);
    expect(kindsOf(report)).toEqual(['loop.xml unreadable']);
    expect(report.problems[0]?.message).toContain('circle');
    expect(code).toBe(2);
  });
});

describe('standard input', () => {
  it('is read for -', () => {
    const { code, report } = program.check(['-'], { stdin: domain({ overlap: true }) });
    expect(pathsOf(report)).toEqual(['-']);
    expect(report.files[0]?.findings.map((finding) => finding.rule)).toEqual(['numa-cpus-overlap']);
    expect(code).toBe(1);
  });

  it('must be UTF-8', () => {
    const { code, report } = program.check(['-'], { stdin: Buffer.from([0x3c, 0xff]) });
    expect(kindsOf(report)).toEqual(['- not-utf8']);
    expect(code).toBe(2);
  });

  it('may be empty', () => {
    expect(program.check(['-']).code).toBe(0);
  });

  it('is read beside files', () => {
    program.write('vm.xml', domain());
    expect(pathsOf(program.check(['vm.xml', '-'], { stdin: domain() }).report)).toEqual(['vm.xml', '-']);
  });
});

describe('--argv', () => {
  const cmdline = `${['qemu-system-x86_64', ...OVERLAP].join('\0')}\0`;

  it('reads a command line separated by NUL, from a file or standard input', () => {
    program.write('cmdline', cmdline);
    for (const outcome of [
      program.check(['--argv', 'cmdline']),
      program.check(['--argv', '-'], { stdin: cmdline }),
    ]) {
      expect(outcome.report.files[0]?.findings.map((finding) => finding.rule)).toContain('numa-cpus-overlap');
      expect(outcome.code).toBe(1);
    }
  });

  it('takes no argument apart', () => {
    const quoted = cmdline.replace('id=a,size=1G', 'id=a,size=1G,mem-path=$HOME/x y\\z');
    const { report } = program.check(['--argv', '-'], { stdin: quoted });
    expect(report.files[0]?.findings.map((finding) => finding.rule)).toContain('numa-cpus-overlap');
  });

  it('shows blanks in place of NUL', () => {
    const { stdout } = program.run(['check', '--argv', '-'], { stdin: cmdline });
    expect(stdout).toContain('-numa node,nodeid=1,cpus=0-1,memdev=b');
    expect(stdout).not.toContain('\0');
  });
});

describe('--dialect', () => {
  it('decides what a text is taken for', () => {
    program.write('vm', domain({ overlap: true }));
    expect(program.check(['--dialect', 'libvirt', 'vm']).report.summary.errors).toBe(1);
    expect(program.check(['--dialect', 'qemu', 'vm']).report.summary.errors).toBe(0);
  });
});

describe('a closed pipe', () => {
  it('is no reason to complain', () => {
    for (let i = 0; i < 200; i++) program.write(`${i}.xml`, domain({ overlap: true }));
    const { stderr } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" check . | head -c 10', process.execPath, program.bundle],
      {
        cwd: program.folder,
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
  });
});

describe('scripts', () => {
  it('are checked like domains', () => {
    program.write('launch', LAUNCHER);
    const { code, report } = program.check(['launch']);
    const found = report.files[0]?.findings.find((finding) => finding.rule === 'numa-cpus-overlap');
    expect(found?.range.start.line).toBe(2);
    expect(code).toBe(1);
  });
});
