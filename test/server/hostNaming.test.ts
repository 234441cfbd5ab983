import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientCapabilities } from 'vscode-languageserver';
import type { DocumentStatus, HostList, StatusParams } from '../../server/src/lsp/messages.ts';
import type { LspClient } from '../lib/lspClient.ts';
import { open, PULLS, pull, start, withServer } from './support.ts';

withServer();

const FOLLOWS: ClientCapabilities = {
  ...PULLS,
  workspace: {
    ...PULLS.workspace,
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
  },
};
const CREATED = 1;
const CHANGED = 2;
const DELETED = 3;

/** A host with CPUs 0 to `last`. */
const profile = (last: number): string =>
  JSON.stringify({ schemaVersion: 1, nodes: [{ id: 0, cpus: `0-${last}` }] });

/** Its vCPU is pinned to a CPU that only the larger hosts have. */
const GUEST = `<domain type='kvm'>
  <name>pinned</name>
  <memory unit='GiB'>1</memory>
  <vcpu>1</vcpu>
  <cputune><vcpupin vcpu='0' cpuset='6'/></cputune>
  <os><type arch='aarch64' machine='virt'>hvm</type></os>
</domain>
`;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-naming-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const uriOf = (name: string): string => pathToFileURL(path.join(folder, name)).href;
function write(name: string, text: string): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

interface Begin {
  readonly setting?: string;
  readonly trusted?: boolean;
  readonly folders?: readonly string[];
  readonly capabilities?: ClientCapabilities;
}

const begin = async ({ setting = '', trusted, folders = [''], capabilities = FOLLOWS }: Begin = {}) => {
  const { client } = await start({
    capabilities,
    folders: folders.map(uriOf),
    options: { status: true, trusted },
    settings: () => ({ host: { profile: setting } }),
  });
  return client;
};

/** The profile's short name, and how many there are to choose from. */
type Told = [name: string | undefined, unchosen: number];

const toldBy = ({ host, unchosenHosts = 0 }: DocumentStatus): Told => [host?.name, unchosenHosts];

/** What the status tells of the guest in a file, which is opened for it. */
async function opened(client: LspClient, name = 'vm.xml'): Promise<Told> {
  const told = client.notified<StatusParams>('virtlens/status', ({ uri }) => uri === uriOf(name));
  open(client, GUEST, uriOf(name));
  await pull(client, uriOf(name));
  return toldBy((await told).status!);
}

/** Tells the server of a file; waits until it has looked, and the status says what it has to say. */
async function follow(client: LspClient, name: string, type: number, expected: Told): Promise<void> {
  const fits = ({ uri, status }: StatusParams) =>
    uri === uriOf('vm.xml') && JSON.stringify(toldBy(status!)) === JSON.stringify(expected);
  const told = client.notified<StatusParams>('virtlens/status', fits);
  const refreshed = new Promise((resolve) => client.answer('workspace/diagnostic/refresh', resolve));
  client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(name), type }] });
  await refreshed;
  await pull(client, uriOf('vm.xml'));
  await told;
}

const findsAbsentCpu = async (client: LspClient): Promise<boolean> =>
  (await pull(client, uriOf('vm.xml'))).items.some(({ code }) => code === 'pin-cpu-absent');

describe('the only profile of a workspace folder', () => {
  test('counts for its documents, and no other', async () => {
    write('a/hosts/gpu-01.hostprofile.json', profile(3));
    write('b/vm.xml', GUEST);
    const client = await begin({ folders: ['a', 'b'] });
    expect(await opened(client, 'a/vm.xml')).toEqual(['gpu-01', 1]);
    expect(await opened(client, 'b/vm.xml')).toEqual([undefined, 0]);
    expect(await opened(client, 'vm.xml')).toEqual([undefined, 0]);
  });

  test('comes, changes and goes with its file', async () => {
    const client = await begin();
    expect(await opened(client)).toEqual([undefined, 0]);
    expect(await findsAbsentCpu(client)).toBe(false);

    write('h.hostprofile.json', profile(3));
    await follow(client, 'h.hostprofile.json', CREATED, ['h', 1]);
    expect(await findsAbsentCpu(client)).toBe(true);

    write('h.hostprofile.json', profile(7));
    await follow(client, 'h.hostprofile.json', CHANGED, ['h', 1]);
    expect(await findsAbsentCpu(client)).toBe(false);

    fs.rmSync(path.join(folder, 'h.hostprofile.json'));
    await follow(client, 'h.hostprofile.json', DELETED, [undefined, 0]);
  });

  test('counts no more once there is another: none of several is guessed', async () => {
    write('a.hostprofile.json', profile(3));
    const client = await begin();
    expect(await opened(client)).toEqual(['a', 1]);
    write('hosts/b.hostprofile.json', profile(3));
    await follow(client, 'hosts/b.hostprofile.json', CREATED, [undefined, 2]);
    fs.rmSync(path.join(folder, 'a.hostprofile.json'));
    await follow(client, 'a.hostprofile.json', DELETED, ['b', 1]);
  });

  test('is looked for again with every document that is opened, where nobody tells of files', async () => {
    const client = await begin({ capabilities: PULLS });
    expect(await opened(client)).toEqual([undefined, 0]);
    write('h.hostprofile.json', profile(3));
    expect(await opened(client, 'other.xml')).toEqual(['h', 1]);
  });

  test('joins and leaves with its folder', async () => {
    write('a/h.hostprofile.json', profile(3));
    const client = await begin({ folders: ['b'] });
    expect(await opened(client, 'a/vm.xml')).toEqual([undefined, 0]);
    const refreshed = new Promise((resolve) => client.answer('workspace/diagnostic/refresh', resolve));
    client.notify('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: uriOf('a'), name: 'a' }], removed: [] },
    });
    await refreshed;
    const told = client.notified<StatusParams>('virtlens/status', ({ status }) => status?.host !== undefined);
    await pull(client, uriOf('a/vm.xml'));
    expect(toldBy((await told).status!)).toEqual(['h', 1]);
  });

  test('is read in a workspace that is not trusted, like its virtlens.json', async () => {
    write('h.hostprofile.json', profile(3));
    expect(await opened(await begin({ trusted: false }))).toEqual(['h', 1]);
  });

  test('is the one in use in the list', async () => {
    write('h.hostprofile.json', profile(3));
    const params = { uri: uriOf('vm.xml'), files: [uriOf('h.hostprofile.json')] };
    const { current, hosts } = await (await begin()).request<HostList>('virtlens/listHosts', params);
    expect(current).toBe(path.join(folder, 'h.hostprofile.json'));
    expect(hosts.filter(({ name }) => name === 'h')).toHaveLength(1);
  });
});

describe('a choice', () => {
  beforeEach(() => write('h.hostprofile.json', profile(3)));

  test.each([
    ['hgx-h100', {}, ['hgx-h100', 0]],
    ['none', {}, [undefined, 0]],
    ['none', { host: 'ryzen-desktop' }, ['ryzen-desktop', 0]],
    ['hgx-h100', { host: 'none' }, [undefined, 0]],
    ['', { host: 'none' }, [undefined, 0]],
    ['', { preset: 'strict' }, ['h', 1]],
    ['', { hosts: { 'other/**': 'none' } }, ['h', 1]],
    ['', { hosts: { '*.xml': 'none' } }, [undefined, 0]],
  ])(
    'counts for more than the only profile: %j in the settings, %j in virtlens.json',
    async (setting, config, told) => {
      write('virtlens.json', JSON.stringify(config));
      expect(await opened(await begin({ setting }))).toEqual(told);
    },
  );
});

test('a virtlens.json names the hosts of folders, each from its own folder', async () => {
  write('hosts/own.hostprofile.json', profile(3));
  write(
    'virtlens.json',
    JSON.stringify({
      host: 'ryzen-desktop',
      hosts: { 'vms/one/**': 'hosts/own.hostprofile.json', 'vms/**': 'hgx-h100', 'vms/late/**': 'none' },
    }),
  );
  const client = await begin({ setting: 'epyc-nps4' });
  const named = [];
  for (const name of ['vms/one/vm.xml', 'vms/two/vm.xml', 'vms/late/vm.xml', 'vm.xml']) {
    named.push((await opened(client, name))[0]);
  }
  expect(named).toEqual(['own', 'hgx-h100', 'hgx-h100', 'ryzen-desktop']);
});
