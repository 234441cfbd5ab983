import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClientCapabilities, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { LspClient } from '../lib/lspClient.ts';
import { OVERLAP, open, PULLS, published, pull, start, withServer } from './support.ts';

withServer();

const FOLLOWS: ClientCapabilities = {
  ...PULLS,
  workspace: {
    ...PULLS.workspace,
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
  },
};
const SOUND = '{ "schemaVersion": 1, "nodes": [{ "id": 0, "cpus": "0-3" }] }';
const WRONG = '{ "schemaVersion": 1, "nodes": [{ "id": 0, "cpus": "0-3" }], "colour": 1 }';
const CREATED = 1;
const CHANGED = 2;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-host-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const uriOf = (name: string): string => pathToFileURL(path.join(folder, name)).href;
const write = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);

/** What is shown in a file, once it is so many. */
async function shownIn(client: LspClient, name: string, count: number): Promise<unknown[]> {
  const fits = ({ uri, diagnostics }: PublishDiagnosticsParams) =>
    uri === uriOf(name) && diagnostics.length === count;
  const { diagnostics } = await published(client, fits);
  return diagnostics.map(({ message }) => message);
}

const UNKNOWN = 'A host profile has no "colour" here: remove it.';

test('what is wrong with the host profile of the settings is shown in it, until it is right', async () => {
  write('h.hostprofile.json', WRONG);
  const settings = () => ({ host: { profile: 'h.hostprofile.json' } });
  const { client } = await start({ capabilities: FOLLOWS, folders: [uriOf('')], settings });
  const shown = shownIn(client, 'h.hostprofile.json', 1);
  open(client, OVERLAP, uriOf('vm.xml'));
  expect((await pull(client, uriOf('vm.xml'))).items.length).toBeGreaterThan(0);
  expect(await shown).toEqual([UNKNOWN]);

  write('h.hostprofile.json', SOUND);
  const cleared = shownIn(client, 'h.hostprofile.json', 0);
  const refreshed = new Promise((resolve) => client.answer('workspace/diagnostic/refresh', resolve));
  client.notify('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf('h.hostprofile.json'), type: CHANGED }],
  });
  await refreshed;
  await pull(client, uriOf('vm.xml'));
  expect(await cleared).toEqual([]);
});

test('virtlens.json counts for more than the settings, and begins its path at its own folder', async () => {
  fs.mkdirSync(path.join(folder, 'guests'));
  write('guests/virtlens.json', '{ "host": "own.hostprofile.json" }');
  write('guests/own.hostprofile.json', WRONG);
  const settings = () => ({ host: { profile: 'other.hostprofile.json' } });
  const { client } = await start({ capabilities: FOLLOWS, folders: [uriOf('')], settings });
  const shown = shownIn(client, 'guests/own.hostprofile.json', 1);
  open(client, OVERLAP, uriOf('guests/vm.xml'));
  await pull(client, uriOf('guests/vm.xml'));
  expect(await shown).toEqual([UNKNOWN]);
});

test('a profile that is not there is told', async () => {
  const settings = () => ({ host: { profile: 'gone.hostprofile.json' } });
  const { client } = await start({ capabilities: FOLLOWS, folders: [uriOf('')], settings });
  const told = client.notified<{ message: string }>('window/showMessage', () => true);
  open(client, OVERLAP, uriOf('vm.xml'));
  expect((await pull(client, uriOf('vm.xml'))).items.length).toBeGreaterThan(0);
  expect((await told).message).toMatch(/gone\.hostprofile\.json cannot be read: there is no such file/);
});

test('a profile that a virtlens.json names and that is not there is told at its name, until it is there', async () => {
  const hosts = '"hosts": { "a/**": "gone.hostprofile.json", "b/**": "none", "c/**": "hgx-h100" }';
  write('virtlens.json', `{\n  "host": "lost",\n  ${hosts}\n}\n`);
  const { client } = await start({ capabilities: FOLLOWS, folders: [uriOf('')] });
  open(client, OVERLAP, uriOf('vm.xml'));
  const told = published(client, ({ uri }) => uri === uriOf('virtlens.json'));
  expect((await pull(client, uriOf('vm.xml'))).items.length).toBeGreaterThan(0);
  expect((await told).diagnostics).toMatchObject([
    { range: { start: { line: 1, character: 10 } }, message: expect.stringMatching(/lost cannot be read/) },
    {
      range: { start: { line: 2, character: 21 } },
      message: expect.stringMatching(/gone\.hostprofile\.json/),
    },
  ]);

  write('gone.hostprofile.json', SOUND);
  const left = shownIn(client, 'virtlens.json', 1);
  client.notify('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf('gone.hostprofile.json'), type: CREATED }],
  });
  expect(await left).toEqual([expect.stringContaining('lost')]);
});
