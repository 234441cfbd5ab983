import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, show, writeFile } from './support.ts';

/** What the extensions offer at the mark ‸ of a new file. */
async function offered(name: string, marked: string): Promise<string[]> {
  const uri = await writeFile(name, marked.replace('‸', ''));
  const { document } = await show(uri);
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    uri,
    document.positionAt(marked.indexOf('‸')),
  );
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

suite('completion', () => {
  teardown(closeAll);

  test('a script is offered the properties of its device', async () => {
    const labels = await offered('complete.sh', 'qemu-system-x86_64 -m 1G -device vfio-pci,‸\n');
    assert.ok(labels.includes('sysfsdev'), labels.join(', '));
  });

  test('a domain is offered the elements that it lacks', async () => {
    const labels = await offered('complete.xml', "<domain type='kvm'>\n  <‸\n</domain>\n");
    assert.ok(labels.includes('numatune'), labels.join(', '));
  });
});
