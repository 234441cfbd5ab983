import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientCapabilities } from 'vscode-languageserver';
import { loadHost } from '../../server/src/host/load.ts';
import type {
  CaptureAnswer,
  HostChoice,
  HostInfo,
  HostList,
  StatusParams,
} from '../../server/src/lsp/messages.ts';
import { applyLspEdits, type LspClient } from '../lib/lspClient.ts';
import { OVERLAP, open, PULLS, pull, start, withServer } from './support.ts';

withServer();

const FOLLOWS: ClientCapabilities = {
  ...PULLS,
  workspace: { ...PULLS.workspace, didChangeWatchedFiles: { dynamicRegistration: true } },
};
const NODES = '"nodes": [{ "id": 0, "cpus": "0-3" }, { "id": 1, "cpus": "4-7" }]';
const SOUND = `{ "schemaVersion": 1, "label": "Rack 4", ${NODES}, "volatile": { "capturedAt": "2026-01-31T12:00:00Z" } }`;
const CHANGED = 2;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-hosts-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => path.join(folder, name);
const uriOf = (name: string): string => pathToFileURL(inFolder(name)).href;
function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(inFolder(name)), { recursive: true });
  fs.writeFileSync(inFolder(name), text);
}

/** Starts a server for the folder, whose setting names a profile. */
const startWith = (profile: string) =>
  start({
    capabilities: FOLLOWS,
    folders: [uriOf('')],
    options: { status: true, trusted: true },
    settings: () => ({ host: { profile } }),
  });

describe('the status', () => {
  /** What the status says of the profile once it fits. */
  async function hostWhen(client: LspClient, fits: (host: HostInfo | undefined) => boolean) {
    const told = client.notified<StatusParams>(
      'virtlens/status',
      ({ status }) => status !== undefined && fits(status.host),
    );
    await pull(client, uriOf('vm.xml'));
    return (await told).status?.host;
  }

  test('names the profile that applies to a document, and how old it is', async () => {
    write('hosts/gpu-01.hostprofile.json', SOUND);
    const { client } = await startWith('hosts/gpu-01.hostprofile.json');
    open(client, OVERLAP, uriOf('vm.xml'));
    expect(await hostWhen(client, () => true)).toEqual({
      profile: inFolder('hosts/gpu-01.hostprofile.json'),
      name: 'gpu-01',
      isReference: false,
      label: 'Rack 4',
      size: '2 nodes, 8 CPUs',
      capturedAt: '2026-01-31T12:00:00Z',
    });
  });

  test('names a reference profile', async () => {
    const { client } = await startWith('two-node-workstation');
    open(client, OVERLAP, uriOf('vm.xml'));
    const host = { profile: 'two-node-workstation', name: 'two-node-workstation', isReference: true };
    expect(await hostWhen(client, () => true)).toMatchObject(host);
  });

  test('says nothing of a host where there is none', async () => {
    const { client } = await startWith('');
    open(client, OVERLAP, uriOf('vm.xml'));
    expect(await hostWhen(client, () => true)).toBeUndefined();
  });

  test('follows a profile that is missing, then wrong, then right', async () => {
    const { client } = await startWith('gpu-01.hostprofile.json');
    open(client, OVERLAP, uriOf('vm.xml'));
    expect(await hostWhen(client, () => true)).toMatchObject({
      name: 'gpu-01',
      trouble: 'It cannot be read: there is no such file, and no reference profile has that name.',
    });
    const becomes = async (text: string, fits: (host: HostInfo | undefined) => boolean) => {
      write('gpu-01.hostprofile.json', text);
      client.notify('workspace/didChangeWatchedFiles', {
        changes: [{ uri: uriOf('gpu-01.hostprofile.json'), type: CHANGED }],
      });
      return hostWhen(client, fits);
    };
    const wrong = `{ "schemaVersion": 1, ${NODES}, "colour": 1 }`;
    const colour = await becomes(wrong, (host) => host?.trouble?.includes('colour') === true);
    expect(colour).not.toHaveProperty('size');
    expect(await becomes(SOUND, (host) => host?.trouble === undefined)).toMatchObject({ label: 'Rack 4' });
  });
});

test('a workspace that is not trusted names no profile outside of it', async () => {
  write('guests/in.hostprofile.json', SOUND);
  write('out.hostprofile.json', SOUND);
  const troubleOf = async (trusted: boolean | undefined, profile: string) => {
    const { client } = await start({
      capabilities: FOLLOWS,
      folders: [uriOf('guests')],
      options: { status: true, trusted },
      settings: () => ({ host: { profile } }),
    });
    open(client, OVERLAP, uriOf('guests/vm.xml'));
    await pull(client, uriOf('guests/vm.xml'));
    return (await client.notified<StatusParams>('virtlens/status')).status?.host?.trouble;
  };
  const outside = 'It cannot be read: it is outside of the workspace, which is not trusted.';
  expect(await troubleOf(false, '../out.hostprofile.json')).toBe(outside);
  expect(await troubleOf(false, 'in.hostprofile.json')).toBeUndefined();
  expect(await troubleOf(false, 'hgx-h100')).toBeUndefined();
  expect(await troubleOf(true, '../out.hostprofile.json')).toBeUndefined();
  expect(await troubleOf(undefined, '../out.hostprofile.json')).toBeUndefined();
});

describe('the list', () => {
  const names = ({ hosts }: HostList) => hosts.map(({ name }) => name);

  test('has the files that the client found, then the reference profiles with what they describe', async () => {
    write('a.hostprofile.json', SOUND);
    write('b.hostprofile.json', '{');
    const { client } = await startWith('a.hostprofile.json');
    const files = ['a', 'b', 'gone'].map((name) => uriOf(`${name}.hostprofile.json`));
    const list = await client.request<HostList>('virtlens/listHosts', { uri: uriOf('vm.xml'), files });
    expect(list.current).toBe(inFolder('a.hostprofile.json'));
    const [a, b, ...references] = list.hosts;
    expect(a).toMatchObject({ name: 'a', label: 'Rack 4' });
    expect(b).toMatchObject({ name: 'b', trouble: expect.stringContaining('missing') });
    expect(references).toHaveLength(8);
    for (const { isReference, label, size, trouble } of references) {
      expect({ isReference, trouble }).toEqual({ isReference: true, trouble: undefined });
      expect(`${label} · ${size}`).toMatch(/^\S.* · \d+ nodes?, \d+ CPUs$/);
    }
  });

  test('has the one in use wherever it lies, and knows which it is', async () => {
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-elsewhere-'));
    const file = path.join(elsewhere, 'far.hostprofile.json');
    fs.writeFileSync(file, SOUND);
    const outside = (await startWith(file)).client;
    const list = await outside.request<HostList>('virtlens/listHosts', { uri: uriOf('vm.xml'), files: [] });
    expect(list).toMatchObject({ current: file, hosts: [{ name: 'far' }, ...Array(8).fill({})] });
    const reference = (await startWith('hgx-h100')).client;
    const other = await reference.request<HostList>('virtlens/listHosts', {
      uri: uriOf('vm.xml'),
      files: [],
    });
    expect(other.current).toBe('hgx-h100');
    expect(names(other).filter((name) => name === 'hgx-h100')).toHaveLength(1);
    fs.rmSync(elsewhere, { recursive: true });
  });
});

describe('a choice', () => {
  const choose = async (profile: string | undefined, uri = uriOf('guests/vm.xml')) => {
    const { client } = await startWith('');
    return client.request<HostChoice>('virtlens/chooseHost', { uri, profile });
  };
  /** virtlens.json after a choice. */
  const applied = (name: string, choice: HostChoice): unknown => {
    if (!('project' in choice)) throw new Error(`the setting becomes ${choice.setting}`);
    expect(choice.project.uri).toBe(uriOf(name));
    return JSON.parse(applyLspEdits(fs.readFileSync(inFolder(name), 'utf8'), [choice.project]));
  };

  test('becomes a setting, whose path begins at the only folder', async () => {
    expect(await choose(inFolder('hosts/a.hostprofile.json'))).toEqual({
      setting: 'hosts/a.hostprofile.json',
    });
    expect(await choose('hgx-h100')).toEqual({ setting: 'hgx-h100' });
    const outside = path.join(path.dirname(folder), 'a.hostprofile.json');
    expect(await choose(outside)).toEqual({ setting: outside });
    expect(await choose(undefined)).toEqual({ setting: 'none' });
  });

  test('is a whole path where there are several folders, as it counts for the documents of all', async () => {
    const { client } = await start({ folders: [uriOf('guests'), uriOf('hosts')] });
    const profile = inFolder('hosts/a.hostprofile.json');
    const choice = await client.request('virtlens/chooseHost', { uri: uriOf('guests/vm.xml'), profile });
    expect(choice).toEqual({ setting: profile });
  });

  test('leaves a virtlens.json alone that names no host', async () => {
    write('virtlens.json', '{ "preset": "strict" }');
    expect(await choose('hgx-h100')).toEqual({ setting: 'hgx-h100' });
  });

  test('changes the virtlens.json that names one: it counts for more than the setting', async () => {
    write('virtlens.json', '{ "host": "outer" }');
    write('guests/virtlens.json', '{\n  "preset": "strict",\n  "host": "ryzen-desktop"\n}\n');
    const choice = await choose(inFolder('hosts/a.hostprofile.json'));
    expect(applied('guests/virtlens.json', choice)).toEqual({
      preset: 'strict',
      host: '../hosts/a.hostprofile.json',
    });
    const reference = await choose('hgx-h100');
    expect(applied('guests/virtlens.json', reference)).toMatchObject({ host: 'hgx-h100' });
  });

  test('of none is written there, too, as nothing else says that no profile counts', async () => {
    write('virtlens.json', '{ "host": "a", "preset": "strict" }');
    expect(applied('virtlens.json', await choose(undefined))).toEqual({ host: 'none', preset: 'strict' });
  });

  test('changes what the virtlens.json names for the document, where it names one for some files', async () => {
    const hosts = { '*.sh': 'hgx-h100', 'guests/**': 'ryzen-desktop', '**': 'epyc-nps4' };
    write('virtlens.json', JSON.stringify({ host: 'intel-hybrid', hosts }));
    const profile = inFolder('hosts/a.hostprofile.json');
    expect(applied('virtlens.json', await choose(profile))).toEqual({
      host: 'intel-hybrid',
      hosts: { ...hosts, 'guests/**': 'hosts/a.hostprofile.json' },
    });
    write('virtlens.json', JSON.stringify({ hosts: { 'other/**': 'hgx-h100' } }));
    expect(await choose(profile)).toEqual({ setting: 'hosts/a.hostprofile.json' });
  });

  test('becomes a setting where the virtlens.json is wrong, as nothing of it counts', async () => {
    write('virtlens.json', '{ "host": "a", "colour": 1 }');
    expect(await choose('hgx-h100')).toEqual({ setting: 'hgx-h100' });
  });

  test('is made in what is on disk now', async () => {
    write('virtlens.json', '{ "host": "a" }');
    const { client } = await startWith('');
    const uri = uriOf('vm.xml');
    open(client, OVERLAP, uri);
    await pull(client, uri);
    write('virtlens.json', '{ "preset": "strict", "host": "a" }');
    const choice = await client.request<HostChoice>('virtlens/chooseHost', { uri, profile: 'hgx-h100' });
    expect(applied('virtlens.json', choice)).toEqual({ preset: 'strict', host: 'hgx-h100' });
  });
});

describe('a capture', () => {
  test('is a sound profile where the machine is Linux, and says why not where it is none', async () => {
    const { client } = await startWith('');
    const answer = await client.request<CaptureAnswer>('virtlens/captureHost', null);
    const isLinux = fs.existsSync('/sys/devices/system/cpu');
    expect('text' in answer && loadHost(answer.text) !== undefined).toBe(isLinux);
    if (!isLinux) expect(answer).toEqual({ trouble: expect.stringContaining('Only Linux') });
  });

  test('reads nothing for a workspace that is not trusted', async () => {
    const { client } = await start();
    expect(await client.request('virtlens/captureHost', null)).toEqual({
      trouble: 'The workspace is not trusted, so nothing is read of this machine.',
    });
  });
});
