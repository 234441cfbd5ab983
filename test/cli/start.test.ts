import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { domain, Program } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => {
  program.enterFolder();
  fs.rmSync(program.caches, { recursive: true, force: true });
});

const folder = path.join(program.caches, 'virtlens');
const keptFile = (): string => path.join(folder, fs.readdirSync(folder)[0]!);

describe('what the engine compiled', () => {
  it('is kept when files were checked, and for no other command', () => {
    program.run(['--version']);
    expect(fs.existsSync(program.caches)).toBe(false);
    program.write('guest.xml', domain({ overlap: true }));
    program.run(['check', 'guest.xml']);
    expect(fs.readdirSync(folder)).toHaveLength(1);
  });

  it('changes nothing about what is found', () => {
    program.write('guest.xml', domain({ overlap: true }));
    const [first, second] = [0, 1].map(() => program.run(['check', '--format', 'json', 'guest.xml']));
    expect(first!.stdout).toContain('numa-cpus-overlap');
    const findings = (stdout: string) => JSON.parse(stdout).files;
    expect(findings(second!.stdout)).toEqual(findings(first!.stdout));
  });

  it('grows with what the program has done', () => {
    program.write('guest.xml', domain());
    program.write('vm.sh', 'qemu-system-x86_64 -numa node,mem=1G\n');
    program.run(['check', 'guest.xml']);
    const small = fs.statSync(keptFile());
    program.run(['check', 'guest.xml']);
    expect(fs.statSync(keptFile()).mtimeMs).toBe(small.mtimeMs);
    program.run(['check', 'vm.sh']);
    expect(fs.statSync(keptFile()).size).toBeGreaterThan(small.size);
  });

  it('serves an editor as well', () => {
    program.write('guest.xml', domain());
    program.run(['check', 'guest.xml']);
    const server = path.join(program.root, 'dist', 'server.js');
    const real = fs.readFileSync(server);
    fs.writeFileSync(server, 'process.stdout.write("served");');
    try {
      expect(program.run(['lsp', '--stdio'])).toEqual({ code: 0, stdout: 'served', stderr: '' });
    } finally {
      fs.writeFileSync(server, real);
    }
  });

  it.each(['cli-program.js', 'server-program.js'])(
    'imports nothing later on, which kept code cannot: %s',
    (name) => {
      const bundle = fs.readFileSync(path.join(program.root, 'dist', name), 'latin1');
      expect(bundle).not.toMatch(/(?<![.\w$])import\(/);
    },
  );

  it('is made anew where it is damaged', () => {
    program.write('guest.xml', domain({ overlap: true }));
    program.run(['check', 'guest.xml']);
    const content = fs.readFileSync(keptFile());
    fs.writeFileSync(keptFile(), content.subarray(0, 100));
    const { code, stdout } = program.run(['check', 'guest.xml']);
    expect(stdout).toContain('numa-cpus-overlap');
    expect(code).toBe(1);
    expect(fs.statSync(keptFile()).size).toBeGreaterThan(100);
  });
});
