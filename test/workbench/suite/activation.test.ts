import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE, XML_EXAMPLE } from '../examples.ts';
import { closeAll, findingsWhen, includesAll, inFolder, ruleOf, show } from './support.ts';

const extension = () => vscode.extensions.getExtension('virtlens.virtlens');

suite('activation', () => {
  suiteTeardown(closeAll);

  test('the extension is there, and asleep as long as no shell script or XML file is open', () => {
    assert.ok(extension());
    assert.equal(extension()?.isActive, false);
  });

  test('opening a shell script is enough for its findings to appear', async () => {
    const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
    assert.equal(document.languageId, 'shellscript');
    const found = await findingsWhen(
      document.uri,
      includesAll(SHELL_EXAMPLE.rules),
      'the findings of the script',
    );
    assert.ok(extension()?.isActive);
    const overlap = found.find((finding) => ruleOf(finding) === 'numa-cpus-overlap');
    assert.equal(overlap?.severity, vscode.DiagnosticSeverity.Error);
    assert.notEqual(document.getText(overlap.range), '');
  });

  test('opening a domain XML is enough for its findings to appear', async () => {
    const { document } = await show(inFolder('examples', XML_EXAMPLE.file));
    assert.equal(document.languageId, 'xml');
    await findingsWhen(document.uri, includesAll(XML_EXAMPLE.rules), 'the findings of the domain');
  });
});
