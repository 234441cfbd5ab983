import * as fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { domain, kindsOf, Program, pathsOf } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

const found = (...args: string[]): string[] => pathsOf(program.check(args).report);

describe('a folder', () => {
  it('gives every text file that may be of our business, whatever its name, sorted', () => {
    program.write('launch', '#!/bin/sh\nqemu-system-x86_64 -m 1G\n');
    program.write('guests/b.xml', domain());
    program.write('guests/a.xml', domain());
    program.write('.hidden/vm.conf', domain());
    program.write('readme.txt', 'nothing here\n');
    program.write('feed.xml', '<rss/>');
    program.write('image', Buffer.from('qemu\0qemu'));
    expect(found('.')).toEqual(['.hidden/vm.conf', 'guests/a.xml', 'guests/b.xml', 'launch']);
    expect(found()).toEqual(found('.'));
  });

  it('is part of the path as it was given', () => {
    program.write('guests/a.xml', domain());
    expect(found('guests')).toEqual(['guests/a.xml']);
    expect(found('guests/')).toEqual(['guests/a.xml']);
    expect(found('./guests')).toEqual(['./guests/a.xml']);
    expect(found(program.path('guests'))).toEqual([program.path('guests/a.xml')]);
  });

  it('leaves out .git and node_modules without git', () => {
    program.write('node_modules/x/vm.xml', domain());
    program.write('.git/vm.xml', domain());
    program.write('vm.xml', domain());
    expect(found('.')).toEqual(['vm.xml']);
  });

  it('says which text files are too large, unless they are none of our business', () => {
    const padding = '#'.repeat(5 * 1024 * 1024);
    program.write('large.sh', `qemu-system-x86_64 -m 1G\n${padding}`);
    program.write('large.log', padding);
    const { code, report } = program.check(['.']);
    expect(kindsOf(report)).toEqual(['large.sh too-large']);
    expect(report.problems[0]?.message).toContain('5 MB');
    expect(code).toBe(2);
  });

  it('says which files are not UTF-8, unless they are none of our business', () => {
    program.write('vm.xml', Buffer.from(`${domain()}<!-- \u00E9 -->`, 'latin1'));
    program.write('wide.xml', Buffer.from(`\uFEFF${domain()}`, 'utf16le'));
    program.write('letter.txt', Buffer.from('caf\u00E9', 'latin1'));
    const { code, report } = program.check(['.']);
    expect(kindsOf(report)).toEqual(['vm.xml not-utf8', 'wide.xml not-utf8']);
    expect(code).toBe(2);
  });

  it('ends although links lead in a circle, and follows links to files once', () => {
    program.write('real/vm.xml', domain());
    program.write('elsewhere.xml', domain());
    fs.mkdirSync(program.path('guests'));
    fs.symlinkSync('..', program.path('guests/up'));
    fs.symlinkSync('self', program.path('guests/self'));
    fs.symlinkSync('nowhere', program.path('guests/broken'));
    fs.symlinkSync('../real/vm.xml', program.path('guests/vm.xml'));
    fs.symlinkSync('../real/vm.xml', program.path('guests/again.xml'));
    expect(found('guests')).toEqual(['guests/again.xml']);
    expect(found('.')).toEqual(['elsewhere.xml', 'real/vm.xml']);
    expect(program.check(['.']).code).toBe(0);
  });
});

describe('a folder in a git work tree', () => {
  beforeEach(() => {
    program.git('init', '-q');
    program.write('.gitignore', 'build/\n*.tmp.xml\n');
    program.write('vm.xml', domain());
    program.write('old.tmp.xml', domain());
    program.write('build/vm.xml', domain());
    program.write('guests/a b.xml', domain());
    program.write('guests/\u00E9.xml', domain());
  });

  it('gives what git tracks and what it would, not what it ignores', () => {
    program.write('forced.tmp.xml', domain());
    program.git('add', '--force', 'vm.xml', 'forced.tmp.xml');
    const all = ['forced.tmp.xml', 'guests/a b.xml', 'guests/\u00E9.xml', 'vm.xml'];
    expect(found('.')).toEqual(all);
    expect(found('guests')).toEqual(['guests/a b.xml', 'guests/\u00E9.xml']);
  });

  it('passes over tracked files that were deleted', () => {
    program.git('add', 'vm.xml');
    fs.rmSync(program.path('vm.xml'));
    const { code, report } = program.check(['.']);
    expect(pathsOf(report)).not.toContain('vm.xml');
    expect(code).toBe(0);
  });

  it('reads an ignored folder that is named', () => {
    expect(found('build')).toEqual(['build/vm.xml']);
  });

  it('reads repositories within it by their own rules', () => {
    program.write('inner/vm.xml', domain());
    program.write('inner/secret.xml', domain());
    program.write('inner/.gitignore', 'secret.xml\n');
    program.git('init', '-q', 'inner');
    expect(found('.').filter((path) => path.startsWith('inner/'))).toEqual(['inner/vm.xml']);
  });

  it('is walked plainly where git is missing', () => {
    const { report } = program.check(['.'], { env: { PATH: '' } });
    expect(pathsOf(report)).toContain('build/vm.xml');
    expect(pathsOf(report).filter((path) => path.startsWith('.git/'))).toEqual([]);
  });
});
