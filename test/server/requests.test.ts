import { expect, test } from 'vitest';
import type { Hover, MarkupContent } from 'vscode-languageserver';
import type { LspClient } from '../lib/lspClient.ts';
import { actionsAt, OVERLAP, open, pull, rangeOf, start, withServer, XML } from './support.ts';

withServer();

const hoverAt = (client: LspClient, line: number, character: number, uri = XML): Promise<Hover | null> =>
  client.request('textDocument/hover', { textDocument: { uri }, position: { line, character } });

const markdownOf = (hover: Hover | null): string => (hover!.contents as MarkupContent).value;

test('a hover explains an attribute and marks it', async () => {
  const { client } = await start();
  open(client, OVERLAP);
  const { start: position } = rangeOf(OVERLAP, "cpus='0-3'", 2);
  const hover = await hoverAt(client, position.line, position.character + 1);
  expect(hover?.range).toEqual(rangeOf(OVERLAP, "cpus='0-3'", 2));
  expect(hover?.contents).toMatchObject({ kind: 'markdown' });
  expect(markdownOf(hover)).toMatch(/^\*\*`cpus`\*\* of `<cell>` · guest side\n/);
});

test('a client without Markdown gets plain text', async () => {
  const { client } = await start({
    capabilities: { textDocument: { diagnostic: {}, hover: { contentFormat: ['plaintext'] } } },
  });
  open(client, OVERLAP);
  const hover = await hoverAt(client, 6, 8);
  expect(hover?.contents).toMatchObject({ kind: 'plaintext' });
  expect(markdownOf(hover)).not.toMatch(/\*\*|`/);
});

test('questions about places and documents that do not exist have empty answers', async () => {
  const { client } = await start();
  open(client, OVERLAP);
  expect(await hoverAt(client, 9999, 9999)).toBeNull();
  expect(await hoverAt(client, -1, -7)).toBeNull();
  expect(await hoverAt(client, 0, 0, 'file:///not/open.xml')).toBeNull();
  const nowhere = { start: { line: 5000, character: 3 }, end: { line: 2, character: -1 } };
  expect(await actionsAt(client, nowhere, { triggerKind: 2 })).toEqual([]);
  expect(await actionsAt(client, nowhere, {}, 'file:///not/open.xml')).toEqual([]);
  await expect(client.request('virtlens/unheardOf', {})).rejects.toMatchObject({ code: -32601 });
  expect((await pull(client)).items).toHaveLength(1);
});

test('messages without sense leave the server as it was', async () => {
  const { client } = await start();
  open(client, OVERLAP);
  client.notify('textDocument/didChange', null);
  client.notify('textDocument/didChange', { textDocument: { uri: XML }, contentChanges: [{ text: '' }] });
  client.notify('textDocument/didClose', { textDocument: { uri: 'not an address' } });
  client.notify('workspace/didChangeConfiguration', null);
  await expect(client.request('textDocument/hover', {})).rejects.toHaveProperty('code');
  await expect(client.request('textDocument/codeAction', null)).rejects.toHaveProperty('code');
  expect(await client.request('codeAction/resolve', { title: 'of someone else' })).toBeDefined();
  expect((await pull(client)).items).toHaveLength(1);
});

test('a request that is taken back is answered as cancelled, and the next one as ever', async () => {
  const { client } = await start();
  open(client, OVERLAP);
  const { answer } = client.together(() => {
    const request = client.start('textDocument/diagnostic', { textDocument: { uri: XML } });
    client.notify('$/cancelRequest', { id: request.id });
    return request;
  });
  await expect(answer).rejects.toMatchObject({ code: -32800 });
  expect((await pull(client)).items).toHaveLength(1);
});

test('a document that is closed while it is asked about has no findings', async () => {
  const { client } = await start();
  const answer = client.together(() => {
    open(client, OVERLAP);
    const request = pull(client);
    client.notify('textDocument/didClose', { textDocument: { uri: XML } });
    return request;
  });
  expect((await answer).items).toEqual([]);
});

test('the status says how much was understood, and where not', async () => {
  const { client } = await start({ options: { status: true } });
  const text = 'qemu-system-x86_64 -m 4G -smp $(nproc) -nodefaults\n';
  open(client, text, 'file:///start.sh', 'shellscript');
  await pull(client, 'file:///start.sh');
  expect(await client.notified('virtlens/status')).toEqual({
    uri: 'file:///start.sh',
    status: {
      unit: 'options',
      total: 3,
      understood: 2,
      gaps: [{ range: rangeOf(text, '$(nproc)'), why: 'a command prints it when the script runs' }],
    },
  });
  open(client, 'echo qemu\n', 'file:///echo.sh', 'shellscript');
  await pull(client, 'file:///echo.sh');
  const { uri, status } = await client.notified<{ uri: string; status?: object }>(
    'virtlens/status',
    (params) => params.uri === 'file:///echo.sh',
  );
  expect({ uri, status }).toEqual({ uri: 'file:///echo.sh', status: undefined });
});

test('the server ends with 0 after a goodbye, and with 1 without one', async () => {
  const polite = (await start()).client;
  await polite.request('shutdown', null);
  polite.notify('exit', null);
  expect(await polite.exited).toBe(0);
  const rude = (await start()).client;
  rude.notify('exit', null);
  expect(await rude.exited).toBe(1);
});
