import * as vscode from 'vscode';
import { CHOOSE_HOST, type HostChoice, type ProjectEdit } from '../../../server/src/lsp/messages.ts';
import type { Server } from '../server.ts';

/**
 * What a choice of a host profile is for: the document in front, or else the first folder, by the address of anything
 * in it.
 */
export function subjectOfChoice(): vscode.Uri | undefined {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const { activeTextEditor } = vscode.window;
  return activeTextEditor?.document.uri ?? (folder && vscode.Uri.joinPath(folder.uri, 'virtlens.json'));
}

/**
 * Makes a profile count for a document: in the virtlens.json that names one already, as that would win over any setting;
 * otherwise by the setting of the workspace, or the user's own in a window without any folder.
 * @param profile the absolute path of a file, or the name of a reference profile; undefined for none
 */
export async function useProfile(
  server: Server,
  profile: string | undefined,
  subject: vscode.Uri | undefined,
): Promise<void> {
  const choice = await server.request<HostChoice>(CHOOSE_HOST, { uri: subject?.toString(), profile });
  if (!choice) return;
  if ('project' in choice) await editProject(choice.project);
  else await writeSetting(choice.setting, profile === undefined);
}

/** Leaves the file alone where it is being edited by somebody: what the server read is not what is shown. */
async function editProject({ uri, range, newText }: ProjectEdit): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  if (document.isDirty) {
    await vscode.window.showTextDocument(document);
    void vscode.window.showWarningMessage(
      'Save virtlens.json, which names the host profile, and choose again.',
    );
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const { start, end } = range;
  edit.replace(document.uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  if (await vscode.workspace.applyEdit(edit)) await document.save();
}

async function writeSetting(setting: string, isNone: boolean): Promise<void> {
  const { workspaceFolders, workspaceFile, getConfiguration } = vscode.workspace;
  const hasOwn = workspaceFolders !== undefined || workspaceFile !== undefined;
  const target = hasOwn ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  // Without a folder there is no profile but that of the setting, which is the user's own: to have none, none is written.
  const value = isNone && !hasOwn ? undefined : setting;
  await getConfiguration('virtlens').update('host.profile', value, target);
}
