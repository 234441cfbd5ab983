import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE } from '../examples.ts';
import { closeAll, findingsWhen, includesAll, inFolder, rulesFound, show, when } from './support.ts';

suite('commands', () => {
  teardown(closeAll);

  test('all are registered', async () => {
    const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
    await findingsWhen(document.uri, includesAll(SHELL_EXAMPLE.rules), 'the extension at work');
    const commands = await vscode.commands.getCommands(true);
    for (const name of ['restart', 'showOutput', 'explainRule', 'captureHost', 'chooseHostProfile']) {
      assert.ok(commands.includes(`virtlens.${name}`), `virtlens.${name}`);
    }
  });

  test('the server restarts, forgets its findings and finds them again', async () => {
    const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
    await findingsWhen(document.uri, includesAll(SHELL_EXAMPLE.rules), 'findings before the restart');
    let forgotten = false;
    const watch = vscode.languages.onDidChangeDiagnostics(() => {
      forgotten ||= rulesFound(document.uri).length === 0;
    });
    await vscode.commands.executeCommand('virtlens.restart');
    await findingsWhen(
      document.uri,
      (rules) => forgotten && includesAll(SHELL_EXAMPLE.rules)(rules),
      'findings of the new server',
    );
    watch.dispose();
  });

  test('the output opens', async () => {
    const open = () => vscode.workspace.textDocuments.map(({ uri }) => uri).filter(isOutputOfVirtLens);
    assert.deepEqual(open(), []);
    const show = () => vscode.commands.executeCommand('virtlens.showOutput');
    await show();
    // The editor forgets what it is to show where its panel is still being made: who sees nothing asks again.
    const again = setInterval(show, 3_000);
    await when(
      vscode.workspace.onDidOpenTextDocument,
      () => open().length > 0,
      () => 'the output of VirtLens',
    ).finally(() => clearInterval(again));
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  test('a rule is explained on a page of its own', async () => {
    const rule = SHELL_EXAMPLE.rules[0]!;
    const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await vscode.commands.executeCommand('virtlens.explainRule', rule);
    await when(
      vscode.window.tabGroups.onDidChangeTabs,
      () => labels().some((label) => label.includes(rule)),
      () => `a tab named after ${rule} among ${labels().join(', ')}`,
    );
  });
});

const isOutputOfVirtLens = (uri: vscode.Uri) => uri.scheme === 'output' && /virtlens/i.test(uri.path);
