import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hybridWithoutNuma, twoSockets } from '../lib/recordedMachines.ts';
import { domain, kindsOf, Program } from './program.ts';

const program = new Program();
beforeAll(async () => {
  await program.install();
  const profiles = path.resolve(import.meta.dirname, '../../profiles');
  fs.cpSync(profiles, path.join(program.root, 'profiles'), { recursive: true });
});
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

const PROFILE = JSON.stringify({ schemaVersion: 1, nodes: [{ id: 0, cpus: '0-3' }] });
const WRONG = '{\n  "schemaVersion": 1,\n  "nodes": [{ "id": 0, "cpu": "0-3" }]\n}\n';

describe('virtlens host capture', () => {
  it('writes a profile that check takes', () => {
    twoSockets(program.path('root'));
    const { code, stdout, stderr } = program.run([
      ...['host', 'capture', '--root', 'root', '--label', 'A machine', '-o', 'm.hostprofile.json'],
    ]);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
    expect(JSON.parse(program.read('m.hostprofile.json'))).toMatchObject({
      label: 'A machine',
      sources: ['sysfs'],
    });
    program.write('vm.xml', domain());
    expect(program.check(['--host', 'm.hostprofile.json', 'vm.xml']).report.problems).toEqual([]);
  });

  it('says that a guest is no host', () => {
    hybridWithoutNuma(program.path('root'));
    const { code, stdout, stderr } = program.run(['host', 'capture', '--root', 'root']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).isGuest).toBe(true);
    expect(stderr).toMatch(/^note: this machine is itself a guest/);
  });

  it('reads Linux only, and says where it cannot write', () => {
    expect(program.run(['host', 'capture', '--root', '.'])).toMatchObject({
      code: 2,
      stderr: 'virtlens: . holds no sys/devices/system/cpu: capture reads Linux only\n',
    });
    twoSockets(program.path('root'));
    const { code, stderr } = program.run(['host', 'capture', '--root', 'root', '-o', 'no/folder.json']);
    expect(code).toBe(2);
    expect(stderr).toContain('no/folder.json cannot be written');
  });

  it('prints a script that does the same', () => {
    twoSockets(program.path('root'));
    const { stdout } = program.run(['host', 'capture', '--print-script']);
    const { stdout: made } = spawnSync('sh', ['-s', program.path('root')], {
      input: stdout,
      encoding: 'utf8',
    });
    const { stdout: own } = program.run(['host', 'capture', '--root', 'root']);
    const withoutTime = (text: string) =>
      JSON.parse(text, (key, value) => (key === 'capturedAt' ? '' : value));
    expect(withoutTime(made)).toEqual(withoutTime(own));
  });
});

describe('virtlens host', () => {
  it('lists the reference profiles', () => {
    const { stdout } = program.run(['host', 'list']);
    expect(stdout.split('\n')).toHaveLength(8 + 1);
    expect(stdout).toMatch(/^two-node-workstation +Two-socket workstation/m);
  });

  it.each([
    [['host'], 'host needs to know what to do'],
    [['host', 'captur'], 'did you mean capture?'],
    [['host', 'capture', 'x'], 'x is not expected here'],
    [['host', 'capture', '--outptu', 'x'], 'did you mean --output?'],
  ])('%j is wrong usage', (args, message) => {
    const { code, stderr } = program.run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it.each([['host'], ['host', 'capture'], ['host', 'list']])('explains itself: %s %s', (...args) => {
    expect(program.run([...args, '--help']).stdout).toMatch(/^Usage: virtlens host/);
  });
});

describe('the host of a check', () => {
  beforeEach(() => program.write('vm.xml', domain()));

  it('is a file, or a reference profile by name', () => {
    program.write('h.json', PROFILE);
    for (const host of ['h.json', 'two-node-workstation']) {
      const { code, report } = program.check(['--host', host, 'vm.xml']);
      expect([code, report.problems, report.summary.files]).toEqual([0, [], 1]);
    }
  });

  it('stands in virtlens.json, from the folder of that file', () => {
    program.write('conf/virtlens.json', '{ "host": "h.json" }');
    program.write('conf/h.json', WRONG);
    const { report } = program.check(['--config', 'conf/virtlens.json', 'vm.xml']);
    expect(kindsOf(report)).toEqual(['conf/h.json host-profile', 'conf/h.json host-profile']);
    program.write('h.json', PROFILE);
    expect(
      program.check(['--config', 'conf/virtlens.json', '--host', 'h.json', 'vm.xml']).report.problems,
    ).toEqual([]);
  });

  it('is named in virtlens.json for some files, and by --host for all', () => {
    program.write(
      'virtlens.json',
      '{ "host": "large.json", "hosts": { "small/**": "h/small.json", "no/*": "none" } }',
    );
    const profile = (last: number) =>
      JSON.stringify({ schemaVersion: 1, nodes: [{ id: 0, cpus: `0-${last}` }] });
    program.write('large.json', profile(7));
    program.write('h/small.json', profile(3));
    const guest = domain().replace('</vcpu>', "</vcpu><cputune><vcpupin vcpu='0' cpuset='6'/></cputune>");
    for (const file of ['vm.xml', 'small/vm.xml', 'no/vm.xml']) program.write(file, guest);
    const lacking = (...args: string[]): string[] =>
      program
        .check(args)
        .report.files.filter(({ findings }) => findings.some(({ rule }) => rule === 'pin-cpu-absent'))
        .map(({ path: file }) => file);
    expect(lacking('.')).toEqual(['small/vm.xml']);
    expect(lacking('--host', 'h/small.json', '.')).toEqual(['no/vm.xml', 'small/vm.xml', 'vm.xml']);
    expect(lacking('--host', 'none', '.')).toEqual([]);
  });

  it('where it is not there is told at its name in virtlens.json, once', () => {
    program.write('conf/virtlens.json', '{\n  "hosts": { "a/*": "gone.json", "**": "gone.json" }\n}\n');
    for (const file of ['conf/a/vm.xml', 'conf/b/vm.xml']) program.write(file, domain());
    const { code, report } = program.check(['conf']);
    expect(code).toBe(2);
    expect(report.summary.files).toBe(2);
    expect(report.problems).toEqual([
      {
        path: 'conf/virtlens.json',
        kind: 'host-profile',
        message: expect.stringContaining('line 2, column 21: conf/gone.json: no such file'),
      },
    ]);
  });

  it('where it is wrong is told with file, line and remedy, and the files are checked all the same', () => {
    program.write('h.hostprofile.json', WRONG);
    program.write('vm.xml', domain({ overlap: true }));
    const { code, stdout, stderr } = program.run(['check', '--host', 'h.hostprofile.json', 'vm.xml']);
    expect(code).toBe(2);
    expect(stdout).toContain('numa-cpus-overlap');
    expect(stderr).toContain('h.hostprofile.json:3:13: "cpus" is missing.');
    expect(stderr).toContain(
      'h.hostprofile.json:3:24: A host profile has no "cpu" here: did you mean "cpus"?',
    );
  });

  it.each([
    ['gone.hostprofile.json', 'no such file: check the spelling, or make one with virtlens host capture'],
    ['two-node-workstaton', 'no reference profile has that name: there are epyc-nps4, '],
    ['../profiles/x', 'no such file: check the spelling'],
  ])('that is not there is told: %s', (host, message) => {
    const { code, report } = program.check(['--host', host, 'vm.xml']);
    expect(code).toBe(2);
    expect(report.problems).toEqual([
      expect.objectContaining({ kind: 'host-profile', message: expect.stringContaining(message) }),
    ]);
    expect(report.summary.files).toBe(1);
  });
});

describe('several guests on one host', () => {
  const domainOn = (name: string): string =>
    `<domain type='kvm'><name>${name}</name><memory unit='GiB'>2</memory><vcpu>1</vcpu>\n` +
    "<cputune><vcpupin vcpu='0' cpuset='2'/></cputune>\n" +
    "<os><type arch='x86_64' machine='q35'>hvm</type></os></domain>\n";

  it('are compared, and the finding names the other file', () => {
    program.write('vms/a.xml', domainOn('a'));
    program.write('vms/b.xml', domainOn('b'));
    const { report } = program.check(['--host', 'two-node-workstation', 'vms']);
    const found = report.files.map(({ path: file, findings }) => [
      file,
      findings.filter(({ rule }) => rule === 'host-resource-claimed-twice'),
    ]);
    const related = {
      path: 'vms/a.xml',
      range: { start: { line: 2, column: 36 }, end: { line: 2, column: 37 } },
    };
    expect(found).toMatchObject([
      ['vms/a.xml', []],
      ['vms/b.xml', [{ severity: 'information', related: [related] }]],
    ]);
    const { stdout } = program.run(['check', '--host', 'two-node-workstation', 'vms']);
    expect(stdout).toContain('  vms/a.xml:2:36: It is pinned there here.');
  });
});
