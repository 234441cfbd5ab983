import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientCapabilities, Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { LspClient } from '../lib/lspClient.ts';
import {
  codesOf,
  OVERLAP,
  onlyRules,
  open,
  PULLS,
  PUSHED,
  published,
  pull,
  rangeOf,
  start,
  withServer,
} from './support.ts';

withServer();

const FOLLOWS: ClientCapabilities = {
  ...PULLS,
  workspace: {
    ...PULLS.workspace,
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
  },
};

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-project-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const uriOf = (...names: string[]): string => pathToFileURL(path.join(folder, ...names)).href;
const CREATED = 1;
const CHANGED = 2;
const DELETED = 3;

function write(name: string, content: unknown): string {
  const file = path.join(folder, name);
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return text;
}

const startHere = (more: Parameters<typeof start>[0] = {}) =>
  start({ capabilities: FOLLOWS, folders: [uriOf()], ...more });

/** Opens a guest with one error, which stands for a file of that name. */
function openGuest(client: LspClient, name = 'vm.xml'): string {
  const uri = uriOf(name);
  open(client, OVERLAP, uri);
  return uri;
}

const severitiesOf = async (client: LspClient, uri: string): Promise<unknown[]> =>
  (await pull(client, uri)).items.map(({ severity }) => severity);

/** Tells the server of a change on disk; resolves when it has asked to be asked again. */
async function tell(client: LspClient, name: string, type: number): Promise<void> {
  const refreshed = new Promise((resolve) => client.answer('workspace/diagnostic/refresh', resolve));
  client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(name), type }] });
  await refreshed;
}

/** What is shown in a virtlens.json, once it is so many. */
const problemsIn = async (client: LspClient, name: string, count: number): Promise<Diagnostic[]> => {
  const fits = ({ uri, diagnostics }: PublishDiagnosticsParams) =>
    uri === uriOf(name) && diagnostics.length === count;
  return (await published(client, fits)).diagnostics;
};

const overlap = (severity: string) => ({ rules: { 'numa-cpus-overlap': severity } });

describe('virtlens.json', () => {
  test('counts for the documents of its folder', async () => {
    write('virtlens.json', overlap('hint'));
    const { client } = await startHere();
    expect(await severitiesOf(client, openGuest(client, 'deep/down/vm.xml'))).toEqual([4]);
  });

  test('that is nearest counts, and alone', async () => {
    write('virtlens.json', overlap('hint'));
    write('near/virtlens.json', { qemuVersion: '10.0' });
    const { client } = await startHere();
    expect(await severitiesOf(client, openGuest(client, 'near/vm.xml'))).toEqual([1]);
  });

  test('outside of the workspace does not count', async () => {
    write('virtlens.json', overlap('off'));
    write('inner/virtlens.json', {});
    const { client } = await startHere({ folders: [uriOf('inner'), 'untitled:folder'] });
    expect(await severitiesOf(client, openGuest(client))).toEqual([1]);
    expect(await severitiesOf(client, openGuest(client, 'inner-not/vm.xml'))).toEqual([1]);
    expect(await severitiesOf(client, openGuest(client, 'inner/vm.xml'))).toEqual([1]);
    open(client, OVERLAP, 'untitled:Untitled-1');
    expect(await severitiesOf(client, 'untitled:Untitled-1')).toEqual([1]);
  });

  test('is found under the only folder of a client that knows one', async () => {
    write('virtlens.json', overlap('hint'));
    const { client } = await start({ capabilities: FOLLOWS, rootUri: uriOf() });
    expect(await severitiesOf(client, openGuest(client))).toEqual([4]);
  });

  test('counts for more than the settings of the client, which count where it is silent', async () => {
    write('virtlens.json', overlap('hint'));
    const rules = {
      ...onlyRules('numa-cpus-overlap', 'unused-suppression'),
      'numa-cpus-overlap': 'warning',
      'unused-suppression': 'information',
    };
    const { client } = await startHere({ settings: () => ({ rules }) });
    const uri = uriOf('vm.xml');
    open(client, `<!-- virtlens-ignore numa-cpus-overlap x: once -->\n${OVERLAP}`, uri);
    const { items } = await pull(client, uri);
    const severities = new Map(items.map(({ code, severity }) => [code, severity]));
    expect(Object.fromEntries(severities)).toEqual({ 'numa-cpus-overlap': 4, 'unused-suppression': 3 });
  });

  test('leaves documents out', async () => {
    write('virtlens.json', { ignore: ['old/**'] });
    const { client } = await startHere();
    expect(await severitiesOf(client, openGuest(client, 'old/vm.xml'))).toEqual([]);
    expect(await severitiesOf(client, openGuest(client, 'new/vm.xml'))).toEqual([1]);
    write('virtlens.json', { ignore: ['new/**'] });
    await tell(client, 'virtlens.json', CHANGED);
    expect(await severitiesOf(client, uriOf('old/vm.xml'))).toEqual([1]);
    expect(await severitiesOf(client, uriOf('new/vm.xml'))).toEqual([]);
  });

  test('is followed while it comes, changes and goes', async () => {
    const { client } = await startHere();
    const uri = openGuest(client);
    expect(await severitiesOf(client, uri)).toEqual([1]);
    write('virtlens.json', overlap('hint'));
    await tell(client, 'virtlens.json', CREATED);
    expect(await severitiesOf(client, uri)).toEqual([4]);
    write('virtlens.json', overlap('warning'));
    await tell(client, 'virtlens.json', CHANGED);
    expect(await severitiesOf(client, uri)).toEqual([2]);
    fs.rmSync(path.join(folder, 'virtlens.json'));
    await tell(client, 'virtlens.json', DELETED);
    expect(await severitiesOf(client, uri)).toEqual([1]);
  });

  test('is asked to be watched', async () => {
    const { client } = await startHere();
    const asked = await new Promise((resolve) =>
      client.answer('client/registerCapability', (params) => {
        const [{ method }] = (params as { registrations: [{ method: string }] }).registrations;
        if (method === 'workspace/didChangeWatchedFiles') resolve(params);
      }),
    );
    expect(asked).toMatchObject({
      registrations: [
        {
          registerOptions: {
            watchers: [{ globPattern: '**/virtlens.json' }, { globPattern: '**/*.hostprofile.json' }],
          },
        },
      ],
    });
  });

  test('is read again with every document that is opened, where nobody can watch it', async () => {
    const { client } = await startHere({ capabilities: PULLS });
    const uri = openGuest(client);
    expect(await severitiesOf(client, uri)).toEqual([1]);
    write('virtlens.json', overlap('hint'));
    openGuest(client, 'other.xml');
    expect(await severitiesOf(client, uri)).toEqual([4]);
  });

  test('reaches clients that are told', async () => {
    write('virtlens.json', overlap('hint'));
    const capabilities = { ...PUSHED, workspace: { ...FOLLOWS.workspace, configuration: false } };
    const { client } = await startHere({ capabilities, options: { rules: onlyRules('numa-cpus-overlap') } });
    const uri = openGuest(client);
    const first = await published(client, (params) => params.uri === uri);
    expect(first.diagnostics[0]?.severity).toBe(4);
    write('virtlens.json', overlap('information'));
    client.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('virtlens.json'), type: CHANGED }],
    });
    await published(client, ({ diagnostics }) => diagnostics[0]?.severity === 3);
  });
});

describe('a virtlens.json that is wrong', () => {
  test('says so at the place, and does not count', async () => {
    const text = write(
      'virtlens.json',
      '\uFEFF{\n  "rules": { "numa-cpus-overlap": "of" },\n  "ignor": []\n}\n',
    );
    const { client } = await startHere();
    expect(await severitiesOf(client, openGuest(client))).toEqual([1]);
    const shown = text.slice(1);
    expect(await problemsIn(client, 'virtlens.json', 2)).toEqual([
      {
        range: rangeOf(shown, '"of"'),
        severity: 1,
        source: 'virtlens',
        message: expect.stringContaining('no severity'),
      },
      {
        range: rangeOf(shown, '"ignor"'),
        severity: 1,
        source: 'virtlens',
        message: expect.stringContaining('Did you mean "ignore"?'),
      },
    ]);
  });

  test('is mended', async () => {
    write('virtlens.json', { preset: 'laptop' });
    const { client } = await startHere();
    const uri = openGuest(client);
    await pull(client, uri);
    const [problem] = await problemsIn(client, 'virtlens.json', 1);
    expect(problem?.message).toContain('"desktop"');
    write('virtlens.json', overlap('hint'));
    await tell(client, 'virtlens.json', CHANGED);
    await problemsIn(client, 'virtlens.json', 0);
    expect(await severitiesOf(client, uri)).toEqual([4]);
  });

  test('is told of although no document asks for it, and forgotten with its folder', async () => {
    const { client } = await startHere();
    write('other/virtlens.json', '{ "ignore": ');
    client.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('other/virtlens.json'), type: CREATED }],
    });
    await problemsIn(client, 'other/virtlens.json', 1);
    client.notify('workspace/didChangeWorkspaceFolders', {
      event: { added: [], removed: [{ uri: uriOf(), name: 'all' }] },
    });
    await problemsIn(client, 'other/virtlens.json', 0);
  });

  test('is no file, or too large to be one', async () => {
    fs.mkdirSync(path.join(folder, 'near', 'virtlens.json'), { recursive: true });
    write('virtlens.json', ' '.repeat(2 * 1024 * 1024));
    const { client } = await startHere();
    expect(await severitiesOf(client, openGuest(client, 'near/vm.xml'))).toEqual([1]);
    const [problem] = await problemsIn(client, 'virtlens.json', 1);
    expect(problem?.message).toContain('larger than 1 MB');
  });
});

test('a folder that joins the workspace brings its settings along', async () => {
  write('virtlens.json', overlap('hint'));
  const { client } = await startHere({ folders: [] });
  const uri = openGuest(client);
  expect(await severitiesOf(client, uri)).toEqual([1]);
  const refreshed = new Promise((resolve) => client.answer('workspace/diagnostic/refresh', resolve));
  client.notify('workspace/didChangeWorkspaceFolders', {
    event: { added: [{ uri: uriOf(), name: 'all' }], removed: [] },
  });
  await refreshed;
  expect(await severitiesOf(client, uri)).toEqual([4]);
});

test('changes of other files, and of files elsewhere, are passed over', async () => {
  write('virtlens.json', overlap('hint'));
  const { client } = await startHere();
  const uri = openGuest(client);
  await tell(client, 'package.json', CHANGED);
  client.notify('workspace/didChangeWatchedFiles', {
    changes: [{ uri: 'vscode-vfs://elsewhere/virtlens.json', type: CHANGED }],
  });
  expect(codesOf((await pull(client, uri)).items)).toEqual(['numa-cpus-overlap']);
});

describe('presets', () => {
  const guest = `<domain type='kvm'><name>x</name><!-- virtlens-ignore numa-cpus-overlap: once --></domain>`;
  const rules = onlyRules('unused-suppression', 'numa-cpus-overlap');

  test('are chosen in the settings of the client', async () => {
    for (const [preset, severities] of [
      ['desktop', []],
      ['server', [4]],
      ['strict', [3]],
      ['unheard-of', [4]],
    ] as const) {
      const { client } = await start({ settings: () => ({ rules, preset }) });
      open(client, guest);
      expect((await pull(client)).items.map(({ severity }) => severity)).toEqual(severities);
    }
  });

  test('are chosen in virtlens.json, which counts for more', async () => {
    write('virtlens.json', { preset: 'strict' });
    const { client } = await startHere({ settings: () => ({ rules, preset: 'desktop' }) });
    const uri = uriOf('vm.xml');
    open(client, guest, uri);
    expect(await severitiesOf(client, uri)).toEqual([3]);
  });
});
