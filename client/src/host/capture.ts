import * as vscode from 'vscode';
import { CAPTURE_HOST, type CaptureAnswer, PROFILE_SUFFIX } from '../../../server/src/lsp/messages.ts';
import type { Server } from '../server.ts';
import { GUEST_QUESTION, isContainer, type Question, questionBefore, withSuffix } from './machine.ts';
import { subjectOfChoice, useProfile } from './use.ts';

/**
 * Captures the machine on which the extension runs into a file of the user's choice, shows it, and offers to use it.
 * Whether it is the machine below the guests is asked wherever that is not plain; where the workspace is not trusted,
 * nothing is read at all.
 */
export async function captureMachine(server: Server): Promise<void> {
  const { window, workspace } = vscode;
  if (!workspace.isTrusted) {
    void window.showErrorMessage('A machine is captured for workspaces only that you trust.');
    return;
  }
  // Showing the profile brings another document to the front.
  const subject = subjectOfChoice();
  const question = questionBefore(vscode.env.remoteName, await isContainer());
  if (question && !(await confirms(question, 'Capture It'))) return;
  const answer = await server.request<CaptureAnswer>(CAPTURE_HOST, undefined);
  if (!answer) return;
  if ('trouble' in answer) {
    void window.showErrorMessage(`VirtLens: ${answer.trouble}`);
    return;
  }
  if (answer.isGuest && !(await confirms(GUEST_QUESTION, 'Keep the Profile'))) return;
  const file = await choosePlace();
  if (!file) return;
  await workspace.fs.writeFile(file, new TextEncoder().encode(answer.text));
  await window.showTextDocument(await workspace.openTextDocument(file));
  await offer(server, file, subject);
}

async function confirms({ message, detail }: Question, action: string): Promise<boolean> {
  const options = { modal: true, detail };
  return (await vscode.window.showWarningMessage(message, options, action)) === action;
}

async function choosePlace(): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showSaveDialog({
    title: 'Host profile of this machine',
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder.uri, `host${PROFILE_SUFFIX}`) } : {}),
    filters: { 'Host profiles': ['json'] },
  });
  if (!chosen) return undefined;
  const file = chosen.with({ path: withSuffix(chosen.path) });
  // The dialog has asked about the name that was chosen, not about this one.
  if (file.path === chosen.path || !(await exists(file))) return file;
  const question = {
    message: `Replace ${vscode.workspace.asRelativePath(file)}?`,
    detail: `Host profiles are named *${PROFILE_SUFFIX}, and there is one of that name.`,
  };
  return (await confirms(question, 'Replace')) ? file : undefined;
}

const exists = async (file: vscode.Uri): Promise<boolean> =>
  vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );

async function offer(server: Server, file: vscode.Uri, subject: vscode.Uri | undefined): Promise<void> {
  // What is not a file, the server cannot read.
  if (file.scheme !== 'file') return;
  const message = `Do the guests run on the machine that ${vscode.workspace.asRelativePath(file)} describes?`;
  const use = 'Use This Profile';
  if ((await vscode.window.showInformationMessage(message, use)) === use) {
    await useProfile(server, file.fsPath, subject);
  }
}
