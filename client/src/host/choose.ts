import * as vscode from 'vscode';
import {
  type HostInfo,
  type HostList,
  LIST_HOSTS,
  PROFILE_SUFFIX,
} from '../../../server/src/lsp/messages.ts';
import type { Server } from '../server.ts';
import { captureMachine } from './capture.ts';
import { subjectOfChoice, useProfile } from './use.ts';
import { describeInList } from './words.ts';

/** More profiles than these nobody looks through. */
const MOST_FILES = 100;

interface Pick extends vscode.QuickPickItem {
  readonly act?: () => Promise<void>;
}

/**
 * Lets the user choose on which machine the document in front is judged: a profile of the workspace, a reference
 * profile, any other file, this machine, or none.
 */
export async function chooseProfile(server: Server): Promise<void> {
  const subject = subjectOfChoice();
  const found = await vscode.workspace.findFiles(`**/*${PROFILE_SUFFIX}`, '**/node_modules/**', MOST_FILES);
  const list = await server.request<HostList>(LIST_HOSTS, {
    uri: subject?.toString(),
    files: found.map((uri) => uri.toString()),
  });
  if (!list) return;
  const chosen = await vscode.window.showQuickPick(picksFor(server, list, subject), {
    title: 'VirtLens: the machine that the guests run on',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.act?.();
}

function picksFor(server: Server, { hosts, current }: HostList, subject: vscode.Uri | undefined): Pick[] {
  const now = new Date();
  const use = (profile: string | undefined) => () => useProfile(server, profile, subject);
  const toPick = (host: HostInfo): Pick => ({
    label: host.name,
    description: [place(host), host.profile === current ? '$(check) in use' : ''].join(' ').trim(),
    detail: describeInList(host, now),
    act: use(host.profile),
  });
  const others: Pick[] = [
    { label: '$(folder-opened) A file…', act: () => browse(server, subject) },
    // What may not be done is not offered.
    ...(vscode.workspace.isTrusted
      ? [{ label: '$(server) Capture this machine…', act: () => captureMachine(server) }]
      : []),
    { label: '$(circle-slash) None', description: 'judge guests without a host', act: use(undefined) },
  ];
  return [
    ...under('Of this workspace', hosts.filter(({ isReference }) => !isReference).map(toPick)),
    ...under('Reference profiles', hosts.filter(({ isReference }) => isReference).map(toPick)),
    ...under('Others', others),
  ];
}

const under = (label: string, picks: readonly Pick[]): Pick[] =>
  picks.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...picks];

const place = ({ isReference, profile }: HostInfo): string =>
  isReference ? '' : vscode.workspace.asRelativePath(profile);

async function browse(server: Server, subject: vscode.Uri | undefined): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Host profile',
      filters: { 'Host profiles': ['json'] },
    })) ?? [];
  if (file) await useProfile(server, file.fsPath, subject);
}
