import { type CodeAction, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Analysis } from '../../service/analyze.ts';
import { fixAll, repair } from '../../service/fixes.ts';
import { doPlacement, type PlacementWork } from '../../service/place.ts';
import type { TextEdit } from '../../text/edit.ts';
import { checkpoint } from '../cancellation.ts';
import { toAction } from '../edits.ts';
import type { Reading, Session } from '../session.ts';

/** What an action does, where finding that out reads the document many times over. */
export type Work =
  | { readonly work: 'fix-all' }
  | { readonly work: 'repair'; readonly subject: number }
  | PlacementWork;

/** Travels to the client and back. */
interface Ticket {
  readonly uri: string;
  readonly version: number;
  readonly work: Work;
}

/** An action whose edit is computed when it is chosen; at once for a client that cannot wait. */
export function deferred(session: Session, reading: Reading, action: CodeAction, work: Work): CodeAction {
  if (!session.client.resolvesEdits) {
    return { ...action, ...toAction(session, reading, editsFor(reading.analysis!, work)) };
  }
  const ticket: Ticket = { uri: reading.uri, version: reading.version, work };
  return { ...action, data: ticket };
}

/** codeAction/resolve */
export function answerResolves(session: Session): void {
  session.connection.onCodeActionResolve(async (action, token) => {
    await checkpoint(token);
    const ticket = action.data as Ticket | undefined;
    if (typeof ticket?.uri !== 'string') return action;
    const reading = await session.read(ticket.uri);
    if (!reading?.analysis || reading.version !== ticket.version) {
      throw new ResponseError(LSPErrorCodes.ContentModified, 'The document has changed since.');
    }
    return { ...action, ...toAction(session, reading, editsFor(reading.analysis, ticket.work)) };
  });
}

function editsFor(analysis: Analysis, work: Work): TextEdit[] {
  switch (work.work) {
    case 'fix-all':
      return fixAll(analysis);
    case 'repair':
      return repair(analysis, work.subject);
    default:
      return doPlacement(analysis, work);
  }
}
