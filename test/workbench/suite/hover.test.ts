import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SHELL_EXAMPLE, XML_EXAMPLE } from '../examples.ts';
import { closeAll, findingsWhen, includesAll, inFolder, show } from './support.ts';

/** What the extensions' hovers say at a position, as text. The editor's own hover for a finding is not among it. */
async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

suite('hover', () => {
  teardown(closeAll);

  for (const { file, rules } of [SHELL_EXAMPLE, XML_EXAMPLE]) {
    test(`${file} explains something that has a finding`, async () => {
      const { document } = await show(inFolder('examples', file));
      const found = await findingsWhen(document.uri, includesAll(rules), 'findings to hover over');
      const texts = await Promise.all(found.map(({ range }) => hoverText(document.uri, range.start)));
      assert.ok(
        texts.some((text) => text.trim() !== ''),
        'a hover with text',
      );
    });
  }
});
