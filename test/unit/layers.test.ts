import * as fs from 'node:fs';
import * as path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** From left to right: a folder may import itself and what stands before it. */
const LAYERS = [
  'text',
  'values',
  'syntax',
  'guest',
  'catalogue',
  'host',
  'placement',
  'dialects',
  'rules',
  'generated',
  'service',
  'start',
  'lsp',
  'cli',
];

const EDGES = ['start', 'lsp', 'cli'];

/** Packages, and the only folders of server/src that may import each. */
const OWNERS: Record<string, readonly string[]> = {
  unbash: ['syntax/shell'],
  'fast-xml-parser': ['host'],
  'vscode-languageserver': ['lsp'],
  'vscode-languageserver-textdocument': ['lsp'],
  zod: ['host', 'service'],
};

const root = path.resolve(import.meta.dirname, '..', '..');
let inputs: Metafile['inputs'];

beforeAll(async () => {
  const entries = [
    'server/src/lsp/main.ts',
    'server/src/lsp/start.ts',
    'server/src/cli/main.ts',
    'server/src/cli/start.ts',
    'client/src/extension.ts',
  ];
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
    external: ['vscode'],
    outdir: 'out',
    logLevel: 'silent',
  });
  inputs = result.metafile.inputs;
});

const ownFiles = (): string[] => Object.keys(inputs).filter((file) => file.startsWith('server/src/'));
const inner = (): string[] => ownFiles().filter((file) => !EDGES.includes(layerOf(file)));
const layerOf = (file: string): string => file.split('/')[2]!;
const importsOf = (file: string): { path: string; external: boolean }[] =>
  inputs[file]!.imports.map((entry) => ({ path: entry.path, external: entry.external === true }));

describe('who may import whom', () => {
  it('names every folder of the server', () => {
    for (const file of ownFiles()) expect(LAYERS, file).toContain(layerOf(file));
  });

  it('imports go to the left only', () => {
    const wrong = ownFiles().flatMap((file) =>
      importsOf(file)
        .filter((entry) => entry.path.startsWith('server/src/'))
        .filter((entry) => LAYERS.indexOf(layerOf(entry.path)) > LAYERS.indexOf(layerOf(file)))
        .map((entry) => `${file} -> ${entry.path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('nothing left of the edges knows node', () => {
    const wrong = inner().flatMap((file) =>
      importsOf(file)
        .filter((entry) => entry.external && (entry.path.startsWith('node:') || entry.path === 'vscode'))
        .map((entry) => `${file} -> ${entry.path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('nothing left of the edges reads a clock, or throws dice', () => {
    const impure = /\bnew Date\b|\b(?:Date|performance)\.now\b|\bset(?:Timeout|Interval)\b|\bMath\.random\b/;
    const wrong = inner().filter((file) => impure.test(fs.readFileSync(path.join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });

  it('nothing left of the edges makes objects with accessors of their own: a class has them once', () => {
    const accessor = /^ +[gs]et \w+\([^)]*\)[^;]*\{$/;
    const wrong = inner().flatMap((file) => {
      let container = '';
      return fs
        .readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, i) => {
          if (/^\S.*\{$/.test(line)) container = line;
          return accessor.test(line) && !/\bclass\b/.test(container) ? [`${file}:${i + 1}`] : [];
        });
    });
    expect(wrong).toEqual([]);
  });

  it('lines and columns belong to the edges, but for sentences that name a line', () => {
    const users = inner().filter((file) =>
      importsOf(file).some((entry) => entry.path === 'server/src/text/lineIndex.ts'),
    );
    expect(users.sort()).toEqual(['server/src/host/import/document.ts', 'server/src/service/hoverValue.ts']);
  });

  it('each package is imported by its owners only', () => {
    const wrong = ownFiles().flatMap((file) =>
      importsOf(file)
        .filter((entry) => entry.external && !entry.path.startsWith('node:'))
        .map((entry) => ({ file, name: entry.path.split('/')[0]! }))
        .filter(({ file: from, name }) => {
          const owners = OWNERS[name] ?? [];
          return !owners.some((owner) => from.startsWith(`server/src/${owner}/`));
        })
        .map(({ file: from, name }) => `${from} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('the client takes from the server only what decides whether to start it', () => {
    const taken = Object.keys(inputs)
      .filter((file) => file.startsWith('client/'))
      .flatMap((file) => importsOf(file))
      .map((entry) => entry.path)
      .filter((file) => file.startsWith('server/src/'));
    for (const file of taken) expect(file).toMatch(/^server\/src\/(text\/relevance|lsp\/messages)\.ts$/);
  });
});
