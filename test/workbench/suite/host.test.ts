import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE } from '../examples.ts';
import { closeAll, findingsWhen, includesAll, inFolder, show, textOf, when, writeFile } from './support.ts';

const REFERENCE = 'two-node-workstation';
const PROFILE = JSON.stringify({
  schemaVersion: 1,
  nodes: [{ id: 0, cpus: '0-3' }],
  volatile: { capturedAt: '2020-01-31T12:00:00Z' },
});

const setting = () => vscode.workspace.getConfiguration('virtlens').get<string>('host.profile');
const setSetting = (profile: string | undefined) =>
  vscode.workspace
    .getConfiguration('virtlens')
    .update('host.profile', profile, vscode.ConfigurationTarget.Workspace);

/** What was put in place of parts of the editor, to be taken back. */
const replaced: (() => void)[] = [];

/** Puts something in place of a part of the editor's interface until the test is over. */
function replace<T extends object, K extends keyof T>(object: T, name: K, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(object, name)!;
  Object.defineProperty(object, name, { configurable: true, enumerable: true, value, writable: true });
  replaced.push(() => Object.defineProperty(object, name, before));
}

/** Answers a message by its last button, or closes it; tells the messages that were shown. */
function answerMessages(
  kind: 'showWarningMessage' | 'showInformationMessage' | 'showErrorMessage',
  agree: boolean,
): string[] {
  const shown: string[] = [];
  replace(vscode.window, kind, async (message: string, ...rest: unknown[]) => {
    shown.push(message);
    return agree ? rest.at(-1) : undefined;
  });
  return shown;
}

/** Takes the entry of that name from every list; tells the lists that were shown. */
function pickFromLists(label: RegExp): vscode.QuickPickItem[][] {
  const shown: vscode.QuickPickItem[][] = [];
  replace(vscode.window, 'showQuickPick', async (items: vscode.QuickPickItem[]) => {
    shown.push(items);
    return items.find((item) => label.test(item.label));
  });
  return shown;
}

/** Takes the place of the item beside the language, as no extension can read what it shows. */
function followStatus(): (
  holds: (item: vscode.LanguageStatusItem) => boolean,
  what: string,
) => Promise<unknown> {
  const changed = new vscode.EventEmitter<void>();
  let host: vscode.LanguageStatusItem | undefined;
  replace(vscode.languages, 'createLanguageStatusItem', (id: string) => {
    const item = new Proxy({ id, dispose: () => {} } as vscode.LanguageStatusItem, {
      set: (target, key, value) => {
        const done = Reflect.set(target, key, value);
        changed.fire();
        return done;
      },
    });
    if (id === 'virtlens.host') host = item;
    return item;
  });
  return (holds, what) =>
    when(
      changed.event,
      () => host && holds(host),
      () => `${what}; shown: ${host?.text} (${host?.detail})`,
    );
}

async function openGuest(): Promise<vscode.Uri> {
  const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
  await findingsWhen(document.uri, includesAll(SHELL_EXAMPLE.rules), 'the findings of the script');
  return document.uri;
}

suite('host profiles', () => {
  teardown(async () => {
    for (const takeBack of replaced.splice(0)) takeBack();
    await setSetting(undefined);
    await closeAll();
    for (const name of ['captured.hostprofile.json', 'own.hostprofile.json', 'virtlens.json']) {
      await vscode.workspace.fs.delete(inFolder('second', name)).then(undefined, () => {});
    }
  });

  test('the status names the profile that applies, and leads to another one', async () => {
    const statusWhen = followStatus();
    await openGuest();
    await statusWhen(({ text }) => text === 'No host profile', 'no profile');
    const own = await writeFile('own.hostprofile.json', PROFILE);
    await setSetting(own.fsPath);
    await statusWhen(
      ({ text, detail }) =>
        /^own, captured \d+ years ago$/.test(text) && /^1 node, 4 CPUs · capture it again/.test(detail ?? ''),
      'the profile of the workspace',
    );
    await setSetting('gone.hostprofile.json');
    await statusWhen(
      ({ severity, command }) =>
        severity === vscode.LanguageStatusSeverity.Warning &&
        command?.command === 'virtlens.chooseHostProfile',
      'a warning about the profile that is gone',
    );
  });

  test('the only one of a folder counts while it is there and nobody has chosen, and of two none', async () => {
    const statusWhen = followStatus();
    await show(await writeFile('guest.sh', await textOf(inFolder('examples', SHELL_EXAMPLE.file))));
    await statusWhen(({ text }) => text === 'No host profile', 'no profile');
    await writeFile('own.hostprofile.json', PROFILE);
    const isOwn = ({ text, detail }: vscode.LanguageStatusItem) =>
      text.startsWith('own, captured') && detail?.includes('the only one of the folder') === true;
    await statusWhen(isOwn, 'the only profile');
    const other = await writeFile('captured.hostprofile.json', PROFILE);
    await statusWhen(
      ({ detail }) => detail === 'The folder has 2, and none of them is chosen',
      'two profiles',
    );
    await vscode.workspace.fs.delete(other);
    await statusWhen(isOwn, 'the only profile again');
    await setSetting('none');
    await statusWhen(({ detail }) => detail === 'Nothing is known of the machine below', 'none by choice');
  });

  test('one is chosen from the list, which knows it from then on, and none again', async () => {
    await writeFile('own.hostprofile.json', PROFILE);
    await openGuest();
    const lists = pickFromLists(new RegExp(`^${REFERENCE}$`));
    await vscode.commands.executeCommand('virtlens.chooseHostProfile');
    assert.equal(setting(), REFERENCE);
    await vscode.commands.executeCommand('virtlens.chooseHostProfile');
    const [before, after] = lists.map((items) => items.filter(({ kind }) => kind !== -1));
    assert.ok(
      before!.some(({ label }) => label === 'own'),
      'the profile of the workspace is offered',
    );
    const inUse = (items: vscode.QuickPickItem[]) =>
      items.filter(({ description }) => description?.includes('in use')).map(({ label }) => label);
    assert.deepEqual([inUse(before!), inUse(after!)], [[], [REFERENCE]]);

    pickFromLists(/None$/);
    await vscode.commands.executeCommand('virtlens.chooseHostProfile');
    assert.equal(setting(), 'none');
  });

  test('a virtlens.json that names a profile is where another one is chosen', async () => {
    await writeFile('virtlens.json', '{ "preset": "strict", "host": "ryzen-desktop" }\n');
    await show(await writeFile('guest.sh', await textOf(inFolder('examples', SHELL_EXAMPLE.file))));
    pickFromLists(new RegExp(`^${REFERENCE}$`));
    await vscode.commands.executeCommand('virtlens.chooseHostProfile');
    const text = await textOf(inFolder('second', 'virtlens.json'));
    assert.deepEqual(JSON.parse(text), { preset: 'strict', host: REFERENCE });
    assert.equal(setting(), '');
  });

  test('a virtlens.json that is being edited is left to whoever edits it', async () => {
    const editor = await show(await writeFile('virtlens.json', '{ "host": "ryzen-desktop" }\n'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), ' "preset": "strict",'));
    const edited = editor.document.getText();
    const warnings = answerMessages('showWarningMessage', false);
    pickFromLists(new RegExp(`^${REFERENCE}$`));
    await vscode.commands.executeCommand('virtlens.chooseHostProfile');
    assert.match(warnings.join(), /^Save virtlens\.json/);
    assert.deepEqual([editor.document.getText(), setting()], [edited, '']);
  });

  test('a machine is captured into a file of its own, which is shown and can be used', async () => {
    await openGuest();
    replace(vscode.env, 'remoteName', 'ssh-remote');
    const questions = answerMessages('showWarningMessage', true);
    answerMessages('showInformationMessage', true);
    replace(vscode.window, 'showSaveDialog', async () => inFolder('second', 'captured.json'));
    await vscode.commands.executeCommand('virtlens.captureHost');
    const file = inFolder('second', 'captured.hostprofile.json');
    assert.match(questions[0]!, /^Capture the machine/);
    assert.equal(JSON.parse(await textOf(file)).schemaVersion, 1);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), file.toString());
    assert.equal(setting(), file.fsPath);
  });

  test('a remote machine is left alone where the user says no', async () => {
    replace(vscode.env, 'remoteName', 'ssh-remote');
    const questions = answerMessages('showWarningMessage', false);
    let asked = false;
    replace(vscode.window, 'showSaveDialog', async () => {
      asked = true;
    });
    await vscode.commands.executeCommand('virtlens.captureHost');
    assert.equal(questions.length, 1);
    assert.equal(asked, false);
  });

  test('where the workspace is not trusted, nothing is captured nor offered to be', async () => {
    replace(vscode.workspace, 'isTrusted', false);
    const errors = answerMessages('showErrorMessage', false);
    const questions = answerMessages('showWarningMessage', true);
    await vscode.commands.executeCommand('virtlens.captureHost');
    assert.deepEqual([errors.length, questions.length], [1, 0]);
    const lists = pickFromLists(/nothing of that name/);
    await vscode.commands.executeCommand('virtlens.chooseHostProfile');
    assert.ok(lists[0]?.every(({ label }) => !label.includes('Capture')));
  });
});
