import { pathToFileURL } from 'node:url';
import { MessageType, ShowMessageNotification } from 'vscode-languageserver';
import { LineIndex } from '../text/lineIndex.ts';
import { toProblemDiagnostic } from './convert.ts';
import type { Session } from './session.ts';

/**
 * Shows in the host profiles that are in use what is wrong with them, as with virtlens.json. A profile that is not
 * there has no place to show it in, so it is told.
 */
export function showHostProblems(session: Session): void {
  const { connection, hosts } = session;
  const marked = new Set<string>();
  hosts.onRead = (file, { text, problems, trouble }) => {
    if (trouble !== undefined) {
      const message = `The host profile ${file} cannot be read: ${trouble}.`;
      const type = MessageType.Warning;
      session.inBackground(connection.sendNotification(ShowMessageNotification.type, { type, message }));
    }
    if (problems.length === 0 && !marked.delete(file)) return;
    if (problems.length > 0) marked.add(file);
    const lines = new LineIndex(text);
    const diagnostics = problems.map((problem) => toProblemDiagnostic(lines, problem));
    session.inBackground(connection.sendDiagnostics({ uri: pathToFileURL(file).href, diagnostics }));
  };
}
