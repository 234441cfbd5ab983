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
    // The index of rules is written from their folder, and read by the service.
    expect(wrong.filter((line) => !line.startsWith('server/src/generated/'))).toEqual([]);
  });

  it('nothing left of the edges knows node', () => {
    const core = ownFiles().filter((file) => !['start', 'lsp', 'cli'].includes(layerOf(file)));
    const wrong = core.flatMap((file) =>
      importsOf(file)
        .filter((entry) => entry.external && (entry.path.startsWith('node:') || entry.path === 'vscode'))
        .map((entry) => `${file} -> ${entry.path}`),
    );
    expect(wrong).toEqual([]);
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
