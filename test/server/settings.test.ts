import { expect, test } from 'vitest';
import type { ClientCapabilities } from 'vscode-languageserver';
import {
  codesOf,
  OVERLAP,
  onlyRules,
  open,
  PULLS,
  PUSHED,
  published,
  pull,
  start,
  withServer,
} from './support.ts';

withServer();

const quiet = onlyRules('numa-cpus-overlap');

test('a rule is silenced and made milder while the document is open', async () => {
  let rules: Record<string, string> = quiet;
  const { client } = await start({ settings: () => ({ rules }) });
  open(client, OVERLAP);
  expect((await pull(client)).items[0]?.severity).toBe(1);

  const refreshed = () => new Promise((resolve) => client.answer('workspace/diagnostic/refresh', resolve));
  const changeTo = async (chosen: Record<string, string>) => {
    rules = chosen;
    const asked = refreshed();
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await asked;
  };
  await changeTo({ ...quiet, 'numa-cpus-overlap': 'hint' });
  expect((await pull(client)).items[0]?.severity).toBe(4);
  await changeTo({ ...quiet, 'numa-cpus-overlap': 'off' });
  expect((await pull(client)).items).toEqual([]);
});

test('the server asks to be told of changes to its section', async () => {
  const { client } = await start();
  const registrations = await new Promise((resolve) => client.answer('client/registerCapability', resolve));
  expect(registrations).toMatchObject({
    registrations: [{ method: 'workspace/didChangeConfiguration', registerOptions: { section: 'virtlens' } }],
  });
});

test('settings that are the same as before make no one ask again', async () => {
  const { client } = await start({ settings: () => ({ rules: quiet }) });
  let refreshes = 0;
  client.answer('workspace/diagnostic/refresh', () => void refreshes++);
  open(client, OVERLAP);
  client.notify('workspace/didChangeConfiguration', { settings: null });
  await pull(client);
  await client.request('shutdown', null);
  expect(refreshes).toBe(0);
});

test('a client that cannot be asked passes settings at the start, and pushes new ones', async () => {
  const options = { rules: { ...quiet, 'numa-cpus-overlap': 'warning' } };
  const { client } = await start({ capabilities: PUSHED, options });
  open(client, OVERLAP);
  const first = await published(client, ({ version }) => version === 1);
  expect(first.diagnostics[0]?.severity).toBe(2);
  client.notify('workspace/didChangeConfiguration', {
    settings: { virtlens: { rules: { ...quiet, 'numa-cpus-overlap': 'information' } } },
  });
  const second = await published(client, ({ diagnostics }) => diagnostics[0]?.severity === 3);
  expect(second.version).toBe(1);
});

test('settings that make no sense count as not written', async () => {
  const settings = {
    rules: { ...quiet, 'numa-cpus-overlap': 'loud' },
    qemuVersion: 7,
    libvirtVersion: 'new',
  };
  const { client } = await start({ settings: () => settings });
  open(client, OVERLAP);
  expect((await pull(client)).items[0]?.severity).toBe(1);
});

test('a client that asks but refuses to be asked about settings is served all the same', async () => {
  const capabilities: ClientCapabilities = { ...PULLS, workspace: {} };
  const { client } = await start({ capabilities, options: { rules: quiet } });
  open(client, OVERLAP);
  expect(codesOf((await pull(client)).items)).toEqual(['numa-cpus-overlap']);
});

const refuse = () => {
  throw new Error('no');
};

test('a client that refuses whatever it is asked is served all the same', async () => {
  const { client } = await start({ settings: () => ({}), options: { rules: quiet } });
  client.answer('client/registerCapability', refuse);
  open(client, OVERLAP);
  await pull(client);
  client.answer('workspace/configuration', refuse);
  const asked = new Promise<void>((resolve) =>
    client.answer('workspace/diagnostic/refresh', () => {
      resolve();
      return refuse();
    }),
  );
  client.notify('workspace/didChangeConfiguration', { settings: null });
  await asked;
  expect(codesOf((await pull(client)).items)).toEqual(['numa-cpus-overlap']);
});
