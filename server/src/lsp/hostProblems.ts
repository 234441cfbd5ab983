import { pathToFileURL } from 'node:url';
import { MessageType, ShowMessageNotification } from 'vscode-languageserver';
import { LineIndex } from '../text/lineIndex.ts';
import { toProblemDiagnostic } from './convert.ts';
import type { HostFile } from './hosts.ts';
import type { Session } from './session.ts';

/**
 * Shows in the host profiles that are in use what is wrong with them, as with virtlens.json. One that the settings name
 * and that is not there has no place to show it in, so it is told, once.
 */
export function showHostProblems(session: Session): void {
  const { connection, hosts } = session;
  const marked = new Set<string>();
  const told = new WeakSet<HostFile>();
  session.onMissingHost = (host) => {
    if (told.has(host)) return;
    told.add(host);
    const type = MessageType.Warning;
    const message = describeMissing(host);
    session.inBackground(connection.sendNotification(ShowMessageNotification.type, { type, message }));
  };
  hosts.onRead = (file, { text, problems }) => {
    if (problems.length === 0 && !marked.delete(file)) return;
    if (problems.length > 0) marked.add(file);
    const lines = new LineIndex(text);
    const diagnostics = problems.map((problem) => toProblemDiagnostic(lines, problem));
    session.inBackground(connection.sendDiagnostics({ uri: pathToFileURL(file).href, diagnostics }));
  };
}

/** A sentence about a profile that cannot be read. */
export const describeMissing = ({ path, trouble }: HostFile): string =>
  `The host profile ${path} cannot be read: ${trouble}.`;
