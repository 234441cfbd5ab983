import * as vscode from 'vscode';
import type { Carrier } from '../../server/src/text/carrier.ts';

/** What a language of the editor holds: guests in one of our dialects, or texts that do. */
interface Language {
  readonly dialect?: 'qemu' | 'libvirt';
  readonly carrier?: Carrier;
  /** Only files of such a name. */
  readonly pattern?: string;
}

/** The languages that guests are described in. Units of systemd are `ini` to those who told their editor so. */
export const LANGUAGES: Readonly<Record<string, Language>> = {
  shellscript: { dialect: 'qemu' },
  xml: { dialect: 'libvirt' },
  makefile: { carrier: 'makefile' },
  markdown: { carrier: 'markdown' },
  'systemd-unit-file': { carrier: 'systemd' },
  ini: { carrier: 'systemd', pattern: '**/*.service' },
};

/** Documents that a user edits. Not `git:` and its like, the read-only left sides of comparisons. */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs'];

/** What the server is asked about; folders of other file systems are known only while they are open. */
export function documentSelector(): { scheme: string; language: string; pattern?: string }[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const schemes = new Set([...SCHEMES, ...folders.map(({ uri }) => uri.scheme)]);
  return [...schemes].flatMap((scheme) =>
    Object.entries(LANGUAGES).map(([language, { pattern }]) => ({
      scheme,
      language,
      ...(pattern === undefined ? {} : { pattern }),
    })),
  );
}
