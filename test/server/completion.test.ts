import { describe, expect, test } from 'vitest';
import type { CompletionItem, CompletionList, TextEdit } from 'vscode-languageserver';
import { applyLspEdits, type LspClient } from '../lib/lspClient.ts';
import { change, open, PULLS, start, withServer, XML } from './support.ts';

withServer();

const SCRIPT = 'file:///guests/start.sh';

const FILLS_SNIPPETS = {
  ...PULLS,
  textDocument: { ...PULLS.textDocument, completion: { completionItem: { snippetSupport: true } } },
};

interface Asked {
  readonly text: string;
  readonly items: readonly CompletionItem[];
}

/** Opens a text with the mark ‸, and asks there. */
async function ask(client: LspClient, marked: string, context?: object): Promise<Asked> {
  const isXml = marked.startsWith('<');
  const uri = isXml ? XML : SCRIPT;
  const text = marked.replace('‸', '');
  open(client, text, uri, isXml ? 'xml' : 'shellscript');
  const before = marked.slice(0, marked.indexOf('‸')).split('\n');
  const list = await client.request<CompletionList | null>('textDocument/completion', {
    textDocument: { uri },
    position: { line: before.length - 1, character: before.at(-1)!.length },
    context: context ?? { triggerKind: 1 },
  });
  return { text, items: list?.items ?? [] };
}

function accepted({ text, items }: Asked, label: string): string {
  const item = items.find((each) => each.label === label);
  if (!item) throw new Error(`${label} is not offered`);
  return applyLspEdits(text, [item.textEdit as TextEdit]);
}

const domain = (content: string): string => `<domain type='kvm'>\n  ${content}\n</domain>\n`;

test('the server says when it wants to be asked', async () => {
  const { capabilities } = await start();
  expect(capabilities.completionProvider?.triggerCharacters).toEqual(
    expect.arrayContaining(['-', ',', '=', '<', ' ', '"', "'", ':']),
  );
});

describe('a script', () => {
  test('properties are offered, with what they mean', async () => {
    const { client } = await start();
    const asked = await ask(client, 'qemu-system-x86_64 -m 1G -device vfio-pci,ho‸\n');
    expect(accepted(asked, 'host')).toBe('qemu-system-x86_64 -m 1G -device vfio-pci,host=\n');
    const host = asked.items.find(({ label }) => label === 'host');
    expect(host).toMatchObject({ filterText: 'host', documentation: { kind: 'markdown' } });
  });

  test('a pattern is a snippet for those who fill snippets, and a text for others', async () => {
    const label = '-numa node with its memory backend';
    const marked = 'args=(\n  -m 4G\n  -nu‸\n)\nqemu-system-x86_64 "${args[@]}"\n';
    const { client } = await start({ capabilities: FILLS_SNIPPETS });
    const asked = await ask(client, marked);
    expect(asked.items.find((item) => item.label === label)).toMatchObject({
      insertTextFormat: 2,
      insertTextMode: 1,
    });
    expect(accepted(asked, label)).toContain('size=${1:4G},host-nodes=${2:0},policy=bind\n  -numa node,');
    const plain = await start();
    expect(accepted(await ask(plain.client, marked), label)).toContain('size=4G,host-nodes=0,policy=bind\n');
  });

  test('the list opens again behind what is not complete, for clients that know how', async () => {
    const command = 'editor.action.triggerSuggest';
    const marked = 'qemu-system-x86_64 -‸\n';
    const commandIn = ({ items }: Asked) => items.find(({ label }) => label === '-device')?.command?.command;
    const able = await start({ options: { commands: [command] } });
    expect(commandIn(await ask(able.client, marked))).toBe(command);
    const plain = await start();
    expect(commandIn(await ask(plain.client, marked))).toBeUndefined();
  });

  test('a blank behind an option brings no list, one before an argument does', async () => {
    const { client } = await start();
    const blank = { triggerKind: 2, triggerCharacter: ' ' };
    expect((await ask(client, 'qemu-system-x86_64 -m 4G ‸\n', blank)).items).toEqual([]);
    client.notify('textDocument/didClose', { textDocument: { uri: SCRIPT } });
    expect((await ask(client, 'qemu-system-x86_64 -device ‸\n', blank)).items.length).toBeGreaterThan(100);
  });

  test('the text of now counts, and the version in the settings', async () => {
    const { client } = await start({ settings: () => ({ qemuVersion: '7.2' }) });
    await ask(client, 'qemu-system-x86_64 -m 4G ‸\n');
    change(client, 2, 'qemu-system-x86_64 -object \n', SCRIPT);
    const list = await client.request<CompletionList>('textDocument/completion', {
      textDocument: { uri: SCRIPT },
      position: { line: 0, character: 27 },
    });
    const labels = list.items.map(({ label }) => label);
    expect(labels).toContain('memory-backend-ram');
    expect(labels).not.toContain('iommufd');
  });
});

describe('a domain', () => {
  test('elements, attributes and values are offered', async () => {
    const { client } = await start({ capabilities: FILLS_SNIPPETS });
    const close = (): void => client.notify('textDocument/didClose', { textDocument: { uri: XML } });
    expect(accepted(await ask(client, domain('<vc‸')), 'vcpu')).toBe(
      domain("<vcpu placement='static'>${1:4}</vcpu>"),
    );
    close();
    expect(accepted(await ask(client, domain('<memory ‸>4</memory>')), 'unit')).toBe(
      domain("<memory unit='$1'>4</memory>"),
    );
    close();
    expect(accepted(await ask(client, domain("<memory unit='‸'>4</memory>")), 'GiB')).toBe(
      domain("<memory unit='GiB'>4</memory>"),
    );
  });

  test('nothing in comments, in other documents, and where nothing is open', async () => {
    const { client } = await start();
    expect((await ask(client, domain('<!-- <‸ -->'))).items).toEqual([]);
    expect((await ask(client, 'ls -‸\n')).items).toEqual([]);
    const nowhere = { textDocument: { uri: 'file:///not/open.sh' }, position: { line: 0, character: 0 } };
    expect(await client.request('textDocument/completion', nowhere)).toBeNull();
  });
});

test('a fence of a Markdown file is completed in its place', async () => {
  const { client } = await start();
  const uri = 'file:///notes.md';
  const text = '# Notes\n\n```sh\nqemu-system-x86_64 -device vf\n```\n';
  open(client, text, uri, 'markdown');
  const list = await client.request<CompletionList>('textDocument/completion', {
    textDocument: { uri },
    position: { line: 3, character: 29 },
  });
  expect(accepted({ text, items: list.items }, 'vfio-pci')).toBe(text.replace('vf\n', 'vfio-pci\n'));
});
