import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE, XML_EXAMPLE } from '../examples.ts';
import {
  closeAll,
  findings,
  findingsWhen,
  includesAll,
  inFolder,
  rulesFound,
  sameRules,
  show,
  textOf,
  writeFile,
} from './support.ts';

suite('documents', () => {
  let script: string;
  let expected: string[];

  suiteSetup(async () => {
    const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
    await findingsWhen(document.uri, includesAll(SHELL_EXAMPLE.rules), 'the findings of the script');
    script = document.getText();
    expected = rulesFound(document.uri);
  });

  teardown(closeAll);

  test('an untitled shell script is read like a saved one', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'shellscript', content: script });
    await vscode.window.showTextDocument(document);
    await findingsWhen(document.uri, sameRules(expected), 'the findings of the untitled script');
  });

  test('a script becomes relevant while a command is typed, and irrelevant when it is deleted', async () => {
    const editor = await show(await writeFile('typed.sh', '#!/bin/sh\necho nothing yet\n'));
    const { document } = editor;
    const end = () => document.lineAt(document.lineCount - 1).range.end;
    for (const line of script.split(/(?<=\n)/)) await editor.edit((edit) => edit.insert(end(), line));
    await findingsWhen(document.uri, sameRules(expected), 'the findings of what was typed');
    await editor.edit((edit) => edit.delete(new vscode.Range(new vscode.Position(2, 0), end())));
    await findingsWhen(document.uri, sameRules([]), 'nothing after deleting');
  });

  test('files about something else get no findings', async () => {
    const plainShell = await show(
      await writeFile('backup.sh', '#!/bin/sh\ntar -czf backup.tgz "$HOME" \\\n\n--verbose\n'),
    );
    const plainXml = await show(
      await writeFile('build.xml', '<project><memory>1</memory><memory>2</memory></project>\n'),
    );
    // Both have been read when the findings of what is opened after them are there.
    for (const { file, rules } of [SHELL_EXAMPLE, XML_EXAMPLE]) {
      const { document } = await show(inFolder('examples', file));
      await findingsWhen(document.uri, includesAll(rules), file);
    }
    assert.deepEqual(findings(plainShell.document.uri), []);
    assert.deepEqual(findings(plainXml.document.uri), []);
  });

  test('a file in the second folder of the workspace is read like one in the first', async () => {
    const { document } = await show(await writeFile('copy.sh', script));
    await findingsWhen(document.uri, sameRules(expected), 'the findings of the copy');
  });

  test('both sides of a diff have their findings', async () => {
    const left = await writeFile('left.xml', await textOf(inFolder('examples', XML_EXAMPLE.file)));
    const right = inFolder('examples', XML_EXAMPLE.file);
    await vscode.commands.executeCommand('vscode.diff', left, right, 'left against right');
    await findingsWhen(left, includesAll(XML_EXAMPLE.rules), 'findings on the left');
    await findingsWhen(right, includesAll(XML_EXAMPLE.rules), 'findings on the right');
    assert.deepEqual(rulesFound(left), rulesFound(right));
  });
});
