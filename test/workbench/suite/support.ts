// No test of the suite calls activate(): a user does not either, and an extension that only wakes up in tests is broken.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const limit = 30_000; // ms; the first answer of a freshly started editor may take ten seconds

/**
 * Resolves to what `check` answers as soon as it is truthy; it is asked now and at each `event`. Rejects after 30 s, saying
 * `what` did not happen.
 */
export function when<T>(
  event: vscode.Event<unknown>,
  check: () => T | undefined | false,
  what: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const attempt = () => {
      const answer = check();
      if (!answer) return;
      end();
      resolve(answer);
    };
    const end = () => {
      subscription.dispose();
      clearTimeout(timer);
    };
    const subscription = event(attempt);
    const timer = setTimeout(() => {
      end();
      reject(new Error(`not within ${limit / 1000} s: ${what()}`));
    }, limit);
    attempt();
  });
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** The findings of VirtLens on a document; other extensions may have diagnostics there, too. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'virtlens');
}

export const rulesFound = (uri: vscode.Uri): string[] => findings(uri).map(ruleOf).sort();

/** Waits until the rules found on a document are as `holds` wants them; returns the findings. */
export async function findingsWhen(uri: vscode.Uri, holds: (rules: string[]) => boolean, what: string) {
  const describe = () => `${what}; found: ${rulesFound(uri).join(', ') || 'nothing'}`;
  await when(vscode.languages.onDidChangeDiagnostics, () => holds(rulesFound(uri)), describe);
  return findings(uri);
}

export const sameRules = (expected: readonly string[]) => (rules: string[]) =>
  rules.join() === [...expected].sort().join();

export const includesAll = (expected: readonly string[]) => (rules: string[]) =>
  expected.every((rule) => rules.includes(rule));

/** The address of a file in one of the workspace's two folders: `examples`, a copy of the project's, and `second`, empty. */
export function inFolder(folder: 'examples' | 'second', file: string): vscode.Uri {
  const found = vscode.workspace.workspaceFolders?.find(({ name }) => name === folder);
  assert.ok(found, `the workspace has a folder ${folder}`);
  return vscode.Uri.joinPath(found.uri, file);
}

export async function textOf(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** Writes a file of the second folder and returns its address. */
export async function writeFile(name: string, text: string): Promise<vscode.Uri> {
  const uri = inFolder('second', name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Closes all editors and throws unsaved changes away, so that no question about saving is asked. */
export async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(isLeftDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** The editor changes its settings in passing, which shows them as edited for a moment: those are its own affair. */
const isLeftDirty = ({ isDirty, uri }: vscode.TextDocument): boolean =>
  isDirty && (uri.scheme === 'untitled' || vscode.workspace.getWorkspaceFolder(uri) !== undefined);
