import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE, XML_EXAMPLE } from '../examples.ts';
import {
  closeAll,
  findingsWhen,
  includesAll,
  inFolder,
  ruleOf,
  rulesFound,
  sameRules,
  show,
} from './support.ts';

/** The first finding for which a quick fix with a text edit is offered, and that fix. */
async function firstFix(uri: vscode.Uri, candidates: readonly vscode.Diagnostic[]) {
  for (const finding of candidates) {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
      10, // so many are resolved: the edit may be computed only when asked for
    );
    const action = actions.find(({ edit }) => edit !== undefined && edit.size > 0);
    if (action?.edit) return { finding, title: action.title, edit: action.edit };
  }
  return assert.fail('no finding has a quick fix');
}

suite('quick fixes', () => {
  teardown(closeAll);

  for (const { file, rules } of [SHELL_EXAMPLE, XML_EXAMPLE]) {
    test(`one of ${file} is applied, removes its finding, and is undone`, async () => {
      const { document } = await show(inFolder('examples', file));
      const found = await findingsWhen(document.uri, includesAll(rules), 'findings to fix');
      const text = document.getText();
      const before = rulesFound(document.uri);
      const { finding, title, edit } = await firstFix(document.uri, found);
      const rule = ruleOf(finding);
      const count = (all: string[]) => all.filter((name) => name === rule).length;

      assert.ok(await vscode.workspace.applyEdit(edit), title);
      assert.notEqual(document.getText(), text);
      await findingsWhen(document.uri, (now) => count(now) < count(before), `"${title}" removes ${rule}`);

      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), text);
      await findingsWhen(document.uri, sameRules(before), 'the findings are back');
    });
  }
});
