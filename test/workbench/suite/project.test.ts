import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE } from '../examples.ts';
import {
  closeAll,
  findings,
  findingsWhen,
  inFolder,
  ruleOf,
  show,
  textOf,
  when,
  writeFile,
} from './support.ts';

const RULE = 'numa-cpus-overlap';

/** Opens a guest with an error in the second folder. */
async function openGuest(): Promise<vscode.Uri> {
  const script = await textOf(inFolder('examples', SHELL_EXAMPLE.file));
  const { document } = await show(await writeFile('guest.sh', script));
  return document.uri;
}

const severityBecomes = (uri: vscode.Uri, severity: vscode.DiagnosticSeverity) =>
  findingsWhen(
    uri,
    () => {
      const found = findings(uri).filter((finding) => ruleOf(finding) === RULE);
      return found.length > 0 && found.every((finding) => finding.severity === severity);
    },
    `${RULE} as ${vscode.DiagnosticSeverity[severity]}`,
  );

suite('virtlens.json', () => {
  const config = () => inFolder('second', 'virtlens.json');
  const discard = async () => {
    await closeAll();
    await vscode.workspace.fs.delete(config()).then(undefined, () => {});
  };
  setup(discard);
  teardown(discard);

  test('counts for the files of its folder, while it comes, changes and goes', async () => {
    const guest = await openGuest();
    await severityBecomes(guest, vscode.DiagnosticSeverity.Error);
    await writeFile('virtlens.json', `{ "rules": { "${RULE}": "hint" } }`);
    await severityBecomes(guest, vscode.DiagnosticSeverity.Hint);
    await writeFile('virtlens.json', `{ "rules": { "${RULE}": "warning" } }`);
    await severityBecomes(guest, vscode.DiagnosticSeverity.Warning);
    await vscode.workspace.fs.delete(config());
    await severityBecomes(guest, vscode.DiagnosticSeverity.Error);
  });

  test('is marked where it is wrong', async () => {
    await openGuest();
    const { document } = await show(await writeFile('virtlens.json', '{\n  "presets": "strict"\n}\n'));
    const [problem] = await when(
      vscode.languages.onDidChangeDiagnostics,
      () => findings(config()).length > 0 && findings(config()),
      () => 'a problem in virtlens.json',
    );
    assert.equal(document.getText(problem!.range), '"presets"');
    await writeFile('virtlens.json', '{}');
    await when(
      vscode.languages.onDidChangeDiagnostics,
      () => findings(config()).length === 0,
      () => 'no problem in virtlens.json any more',
    );
  });

  test('is completed from its schema', async () => {
    const text = '{ "rules": { "numa-" } }';
    // In a folder of its own: of a file that was open a moment ago, the editor may still show the old text.
    const { document } = await show(await writeFile('completed/virtlens.json', text));
    const position = document.positionAt(text.indexOf('numa-') + 'numa-'.length);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      position,
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes(RULE), `${RULE} is offered; offered: ${labels.join(', ')}`);
  });
});
