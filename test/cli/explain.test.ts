import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Program } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

it('prints the page that travels with the program', () => {
  const pages = path.join(program.root, 'docs', 'rules');
  fs.mkdirSync(pages, { recursive: true });
  fs.writeFileSync(path.join(pages, 'numa-cpus-overlap.md'), '# numa-cpus-overlap\n\nA page.\n');
  const { code, stdout } = program.run(['explain', 'numa-cpus-overlap']);
  expect(stdout).toBe('# numa-cpus-overlap\n\nA page.\n');
  expect(code).toBe(0);
  fs.rmSync(pages, { recursive: true });
});

it('says how to get a page that is missing', () => {
  const { code, stderr } = program.run(['explain', 'numa-cpus-overlap']);
  expect(stderr).toContain('numa-cpus-overlap.md cannot be read');
  expect(stderr).toContain('npm run generate');
  expect(code).toBe(2);
});

it('starts the language server beside it, which finds --stdio among its arguments', () => {
  const server = path.join(program.root, 'dist', 'server.js');
  fs.writeFileSync(server, 'process.stdout.write(process.argv.slice(2).join(" "));');
  const { code, stdout } = program.run(['lsp', '--stdio', '--clientProcessId=1']);
  expect(stdout).toBe('lsp --stdio --clientProcessId=1');
  expect(code).toBe(0);
});
