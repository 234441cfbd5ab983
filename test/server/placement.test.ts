import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { CodeAction, Hover } from 'vscode-languageserver';
import { actionsAt, applied, open, rangeOf, start, withServer } from './support.ts';

withServer();

const hosts = path.resolve(import.meta.dirname, '..', 'hosts');
const folder = pathToFileURL(hosts).href;
const file = `${folder}/vm.sh`;

const TEXT = `taskset -c 0-7 qemu-system-x86_64 -accel kvm -cpu host -smp 2 -m 1G \\
  -object memory-backend-ram,id=m0,size=1G,policy=bind,host-nodes=0 -machine q35,memory-backend=m0 \\
  -device vfio-pci,host=0000:af:00.0
`;
const BOUND = TEXT.replace('-c 0-7', '-c 8-15').replace('host-nodes=0', 'host-nodes=1');

async function onHost() {
  expect(fs.existsSync(path.join(hosts, 'two-nodes.hostprofile.json'))).toBe(true);
  const settings = () => ({ host: { profile: 'two-nodes.hostprofile.json' } });
  const { client } = await start({ folders: [folder], settings });
  open(client, TEXT, file, 'shellscript');
  return client;
}

test('the whole placement of a guest is mended by one action', async () => {
  const client = await onHost();
  const actions = await actionsAt(client, rangeOf(TEXT, '0000:af'), {}, file);
  for (const title of ['Repair placement', 'Bind everything to host node 1, where 0000:af:00.0 is']) {
    const action = actions.find((each) => each.title === title)!;
    expect(action, title).toMatchObject({ kind: 'quickfix' });
    const resolved = await client.request<CodeAction>('codeAction/resolve', action);
    expect(applied(TEXT, resolved, file)).toBe(BOUND);
  }
});

test('is not offered unasked where nothing is wrong', async () => {
  const client = await onHost();
  const actions = await actionsAt(client, rangeOf(TEXT, '-m 1G'), { triggerKind: 2 }, file);
  expect(actions.filter(({ title }) => /placement|Bind everything/.test(title))).toEqual([]);
});

test('the hover on a device derives what is said of it', async () => {
  const client = await onHost();
  const { start: position } = rangeOf(TEXT, '0000:af');
  const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: file }, position });
  expect(JSON.stringify(hover.contents)).toContain('Device 0000:af:00.0 is on host node 1.');
});
