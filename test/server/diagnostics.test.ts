import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import type { LspClient } from '../lib/lspClient.ts';
import {
  change,
  codesOf,
  OVERLAP,
  onlyRules,
  open,
  PUSHED,
  published,
  pull,
  rangeOf,
  start,
  withServer,
  XML,
} from './support.ts';

withServer();

const MENDED = OVERLAP.replace("id='1' cpus='0-3'", "id='1' cpus=''");
const OPTIONS = { rules: onlyRules('numa-cpus-overlap', 'unused-suppression') };

const publishedTo = ({ notifications }: LspClient) =>
  notifications.filter(({ method }) => method === 'textDocument/publishDiagnostics');

describe('a client that pulls', () => {
  test('gets what it asks for, and nothing that it does not ask for', async () => {
    const { client, capabilities } = await start();
    expect(capabilities.diagnosticProvider).toMatchObject({ identifier: 'virtlens' });
    open(client, OVERLAP);
    const { kind, items } = await pull(client);
    expect(kind).toBe('full');
    expect(items).toEqual([
      {
        range: rangeOf(OVERLAP, '0-3', 2),
        severity: 1,
        source: 'virtlens',
        code: 'numa-cpus-overlap',
        message: expect.stringContaining('vCPUs 0-3'),
        relatedInformation: [
          { location: { uri: XML, range: rangeOf(OVERLAP, '0-3', 1) }, message: expect.any(String) },
        ],
      },
    ]);
    await client.request('shutdown', null);
    expect(publishedTo(client)).toEqual([]);
  });

  test('is told that nothing changed where an edit left the findings alone', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    const first = await pull(client);
    change(client, 2, `${OVERLAP}\n`);
    const second = await pull(client, XML, first.resultId);
    expect(second).toEqual({ kind: 'unchanged', resultId: first.resultId });
    change(client, 3, MENDED);
    expect(await pull(client, XML, first.resultId)).toMatchObject({ kind: 'full', items: [] });
  });

  test('gets an empty answer for a document that is closed, or that it never opened', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    client.notify('textDocument/didClose', { textDocument: { uri: XML } });
    expect((await pull(client)).items).toEqual([]);
    expect((await pull(client, 'untitled:Untitled-1')).items).toEqual([]);
  });
});

describe('a client that cannot pull', () => {
  test('is told with the version, and told again when the document is closed', async () => {
    const { client, capabilities } = await start({ capabilities: PUSHED, options: OPTIONS });
    expect(capabilities.diagnosticProvider).toBeUndefined();
    open(client, OVERLAP);
    const first = await published(client, ({ version }) => version === 1);
    expect(codesOf(first.diagnostics)).toEqual(['numa-cpus-overlap']);
    change(client, 2, MENDED);
    expect((await published(client, ({ version }) => version === 2)).diagnostics).toEqual([]);
    client.notify('textDocument/didClose', { textDocument: { uri: XML } });
    expect(await published(client, ({ version }) => version === undefined)).toEqual({
      uri: XML,
      diagnostics: [],
    });
  });

  test('hears of the latest version only, when many come at once', async () => {
    const { client } = await start({ capabilities: PUSHED, options: OPTIONS });
    client.together(() => {
      open(client, MENDED);
      for (let version = 2; version <= 60; version++) change(client, version, version % 2 ? MENDED : OVERLAP);
    });
    const last = await published(client, ({ version }) => version === 60);
    expect(codesOf(last.diagnostics)).toEqual(['numa-cpus-overlap']);
    await client.request('shutdown', null);
    const versions = publishedTo(client).map(({ params }) => (params as PublishDiagnosticsParams).version);
    expect(versions.at(-1)).toBe(60);
    // How the bytes are cut on their way is not ours to say; that nearly all versions were passed over is.
    expect(versions.length).toBeLessThan(10);
  });
});

test('incremental changes are followed, in characters outside the basic plane too', async () => {
  const { client } = await start();
  const text = OVERLAP.replace('two-nodes', '🐧');
  open(client, text);
  client.notify('textDocument/didChange', {
    textDocument: { uri: XML, version: 2 },
    contentChanges: [
      { range: rangeOf(text, '0-3', 1), text: '0-1' },
      { range: { start: { line: 1, character: 8 }, end: { line: 1, character: 10 } }, text: '🐧🐧' },
    ],
  });
  const [item] = (await pull(client)).items;
  expect(item?.message).toContain('vCPUs 0-1');
});

test('a file that is none of our business has no findings', async () => {
  const { client } = await start({ settings: () => ({}) });
  open(client, '#!/bin/sh\ntar -czf a.tgz \\\n\n --verbose\n', 'file:///backup.sh', 'shellscript');
  open(client, '<project><memory>1</memory><memory>2</memory></project>', 'file:///build.xml');
  open(client, '', 'untitled:Untitled-1', 'plaintext');
  expect((await pull(client, 'file:///backup.sh')).items).toEqual([]);
  expect((await pull(client, 'file:///build.xml')).items).toEqual([]);
  expect((await pull(client, 'untitled:Untitled-1')).items).toEqual([]);
});

test('a script is read like a domain', async () => {
  const { client } = await start();
  const text = 'qemu-system-x86_64 -smp 2 \\\n -numa node,cpus=0-1 \\\n -numa node,cpus=1\n';
  open(client, text, 'untitled:Untitled-1', 'shellscript');
  const { items } = await pull(client, 'untitled:Untitled-1');
  expect(codesOf(items)).toEqual(['numa-cpus-overlap']);
  expect(items[0]?.range).toEqual(rangeOf(text, '1', 2));
});

test('a comment that suppresses nothing is shown as unnecessary', async () => {
  const { client } = await start();
  open(client, `<!-- virtlens-ignore numa-cpus-overlap: was wrong once -->\n${MENDED}`);
  const { items } = await pull(client);
  expect(codesOf(items)).toEqual(['unused-suppression']);
  expect(items[0]).toMatchObject({ severity: 4, tags: [1] });
});

test('the code of a finding leads to the page of its rule', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-pages-'));
  fs.writeFileSync(path.join(folder, 'numa-cpus-overlap.md'), '# numa-cpus-overlap\n');
  const { client } = await start({ options: { rulePages: pathToFileURL(folder).href } });
  open(client, OVERLAP);
  const [item] = (await pull(client)).items;
  fs.rmSync(folder, { recursive: true });
  const page = pathToFileURL(path.join(folder, 'numa-cpus-overlap.md')).href;
  expect(item?.codeDescription).toEqual({ href: page });
});
