import * as vscode from 'vscode';

/** The languages that guests are described in, with what the server calls them. */
export const LANGUAGES = { shellscript: 'qemu', xml: 'libvirt' } as const;

/** Documents that a user edits. Not `git:` and its like, the read-only left sides of comparisons. */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs'];

/** What the server is asked about; folders of other file systems are known only while they are open. */
export function documentSelector(): { scheme: string; language: string }[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const schemes = new Set([...SCHEMES, ...folders.map(({ uri }) => uri.scheme)]);
  return [...schemes].flatMap((scheme) => Object.keys(LANGUAGES).map((language) => ({ scheme, language })));
}
