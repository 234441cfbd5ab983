import { describe, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver';
import type { LspClient } from '../lib/lspClient.ts';
import {
  actionsAt,
  applied,
  change,
  OVERLAP,
  onlyRules,
  open,
  PULLS,
  pull,
  rangeOf,
  start,
  withServer,
  XML,
} from './support.ts';

withServer();

const OPTIONS = { rules: onlyRules('numa-cpus-overlap', 'unused-suppression') };
const AT = rangeOf(OVERLAP, '0-3', 2);
const DIVIDED = OVERLAP.replace("id='0' cpus='0-3'", "id='0' cpus='0-1'").replace(
  "id='1' cpus='0-3'",
  "id='1' cpus='2-3'",
);

const named = (actions: readonly CodeAction[], start: string): CodeAction => {
  const found = actions.find(({ title }) => title.startsWith(start));
  if (!found) throw new Error(`no action "${start}…" among ${actions.map(({ title }) => title).join(', ')}`);
  return found;
};

const resolve = (client: LspClient, action: CodeAction): Promise<CodeAction> =>
  client.request('codeAction/resolve', action);

describe('quick fixes', () => {
  test('mend the finding, which travels with them', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    const { items } = await pull(client);
    const fix = named(await actionsAt(client, AT), 'Divide vCPUs');
    expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: items });
    expect(applied(OVERLAP, fix)).toBe(DIVIDED);
    expect(fix.edit?.documentChanges).toMatchObject([{ textDocument: { uri: XML, version: 1 } }]);
  });

  test('are not offered where there is nothing to mend', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    expect(await actionsAt(client, rangeOf(OVERLAP, '<name>'), { triggerKind: 2 })).toEqual([]);
    expect(await actionsAt(client, AT, { only: ['refactor'] })).toEqual([]);
  });

  test('come as plain changes to a client that knows no versions', async () => {
    const { client } = await start({ capabilities: { ...PULLS, workspace: { configuration: true } } });
    open(client, OVERLAP);
    const fix = named(await actionsAt(client, AT), 'Divide vCPUs');
    expect(Object.keys(fix.edit?.changes ?? {})).toEqual([XML]);
    expect(applied(OVERLAP, fix)).toBe(DIVIDED);
  });
});

describe('suppression', () => {
  test('in XML stands above the element', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    const text = applied(OVERLAP, named(await actionsAt(client, AT), 'Suppress numa-cpus-overlap'));
    const comment = '<!-- virtlens-ignore numa-cpus-overlap: explain why -->';
    expect(text).toBe(OVERLAP.replace("<cell id='1'", `${comment}\n      <cell id='1'`));
    change(client, 2, text);
    expect((await pull(client)).items).toEqual([]);
  });

  test('in a script stands above the whole command, with its indentation', async () => {
    const { client } = await start();
    const uri = 'file:///start.sh';
    const text =
      'if true; then\n  qemu-system-x86_64 -smp 2 \\\n    -numa node,cpus=0-1 \\\n    -numa node,cpus=1\nfi\n';
    open(client, text, uri, 'shellscript');
    const [item] = (await pull(client, uri)).items;
    const action = named(await actionsAt(client, item!.range, {}, uri), 'Suppress numa-cpus-overlap');
    expect(applied(text, action, uri)).toBe(
      text.replace('  qemu', '  # virtlens-ignore numa-cpus-overlap: explain why\n  qemu'),
    );
  });
});

describe('Repair', () => {
  test('is worked out when it is chosen', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    const offered = named(await actionsAt(client, AT), 'Repair this guest');
    expect(offered).toMatchObject({ title: 'Repair this guest: fix its error', kind: 'quickfix' });
    expect(offered.edit).toBeUndefined();
    expect(applied(OVERLAP, await resolve(client, offered))).toBe(DIVIDED);
  });

  test('comes ready to a client that cannot wait', async () => {
    const { client } = await start({ capabilities: { textDocument: { diagnostic: {} } }, options: OPTIONS });
    open(client, OVERLAP);
    expect(applied(OVERLAP, named(await actionsAt(client, AT), 'Repair'))).toBe(DIVIDED);
  });

  test('is offered anywhere in the guest to a user who asks, but not with every move of the cursor', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    const elsewhere = rangeOf(OVERLAP, '<name>');
    expect((await actionsAt(client, elsewhere, { triggerKind: 1 })).map(({ title }) => title)).toEqual([
      'Repair this guest: fix its error',
    ]);
    expect(await actionsAt(client, elsewhere, { triggerKind: 2 })).toEqual([]);
  });

  test('of a text that has changed since is refused', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    const offered = named(await actionsAt(client, AT), 'Repair');
    change(client, 2, DIVIDED);
    await expect(resolve(client, offered)).rejects.toMatchObject({ code: -32801 });
  });
});

describe('source.fixAll.virtlens', () => {
  const comment = '<!-- virtlens-ignore numa-cpus-overlap: was wrong once -->\n';

  test('applies what is safe, and leaves choices to the user', async () => {
    const { client, capabilities } = await start();
    expect(capabilities.codeActionProvider).toMatchObject({
      codeActionKinds: ['quickfix', 'refactor.extract', 'refactor.rewrite', 'source.fixAll.virtlens'],
    });
    const text = `${OVERLAP}${comment}${DIVIDED}`;
    open(client, text);
    const actions = await actionsAt(client, AT, { only: ['source.fixAll'] });
    expect(actions.map(({ kind }) => kind)).toEqual(['source.fixAll.virtlens']);
    expect(applied(text, await resolve(client, actions[0]!))).toBe(`${OVERLAP}${DIVIDED}`);
  });

  test('is not offered where nothing is safe', async () => {
    const { client } = await start();
    open(client, OVERLAP);
    expect(await actionsAt(client, AT, { only: ['source.fixAll.virtlens'] })).toEqual([]);
  });
});

describe('refactorings', () => {
  const uri = 'file:///start.sh';
  const text = 'qemu-system-x86_64 -m 4G -smp 2\n';
  const at = rangeOf(text, '4G');
  const cursor = { start: at.start, end: at.start };
  const titles = async (context: object, range = cursor) => {
    const { client } = await start();
    open(client, text, uri, 'shellscript');
    return (await actionsAt(client, range, context, uri)).map(({ title }) => title);
  };

  test('come with one edit, by their kind', async () => {
    const { client } = await start();
    open(client, text, uri, 'shellscript');
    const actions = await actionsAt(client, cursor, { only: ['refactor.extract'] }, uri);
    expect(actions).toMatchObject([{ title: 'Extract 4G to a variable: M_SIZE', kind: 'refactor.extract' }]);
    expect(applied(text, actions[0]!, uri)).toBe('M_SIZE=4G\nqemu-system-x86_64 -m $M_SIZE -smp 2\n');
    expect(await titles({ only: ['refactor'] })).toContain('Put each option on a line of its own');
  });

  test('come to a user who asks or selects, but not with every move of the cursor', async () => {
    expect(await titles({ triggerKind: 1 })).toContain('Put each option on a line of its own');
    expect(await titles({ triggerKind: 2 })).toEqual([]);
    expect(await titles({ triggerKind: 2 }, at)).toContain('Put each option on a line of its own');
  });

  test('reach what another document carries', async () => {
    const { client } = await start();
    const page = 'file:///README.md';
    const markdown = `Start it:\n\n\`\`\`sh\n${text}\`\`\`\n`;
    open(client, markdown, page, 'markdown');
    const actions = await actionsAt(client, rangeOf(markdown, '4G'), { only: ['refactor'] }, page);
    expect(applied(markdown, named(actions, 'Put each option'), page)).toBe(
      markdown.replace(' -smp', ' \\\n  -smp'),
    );
  });
});

describe('line endings', () => {
  const uri = 'file:///start.sh';
  const text = 'qemu-system-x86_64 -m 4G \\\r\n  -smp 2\r\n';
  const fixOf = async (options: object) => {
    const settings = () => ({ rules: onlyRules('broken-continuation') });
    const { client } = await start({ options, settings });
    open(client, text, uri, 'shellscript');
    const [item] = (await pull(client, uri)).items;
    const actions = await actionsAt(client, item!.range, {}, uri);
    return actions.find(({ isPreferred }) => isPreferred)!;
  };

  test('are changed by a command where the editor keeps one for the whole buffer', async () => {
    const fix = await fixOf({ commands: ['virtlens.useLineFeeds'] });
    expect(fix.edit).toBeUndefined();
    expect(fix.command).toMatchObject({ command: 'virtlens.useLineFeeds', arguments: [uri] });
  });

  test('are changed by edits elsewhere', async () => {
    const fix = await fixOf({});
    expect(fix.command).toBeUndefined();
    expect(applied(text, fix, uri)).toBe(text.replaceAll('\r', ''));
  });
});

test('a rule is explained only to a client that knows how', async () => {
  const { client } = await start({ options: { commands: ['virtlens.explainRule'] } });
  open(client, OVERLAP);
  expect(named(await actionsAt(client, AT), 'Explain')).toMatchObject({
    title: 'Explain numa-cpus-overlap',
    command: { command: 'virtlens.explainRule', arguments: ['numa-cpus-overlap'] },
  });
  const other = await start();
  open(other.client, OVERLAP);
  const titles = (await actionsAt(other.client, AT)).map(({ title }) => title);
  expect(titles.filter((title) => title.startsWith('Explain'))).toEqual([]);
});
