import { createHash } from 'node:crypto';
import type { Diagnostic } from 'vscode-languageserver';
import { checkpoint, nextTurn } from '../cancellation.ts';
import { toDiagnostic } from '../convert.ts';
import type { Reading, Session } from '../session.ts';

/**
 * textDocument/diagnostic, for clients that ask.
 * @returns what makes all of them ask again.
 */
export function answerDiagnostics(session: Session): () => void {
  const { connection, client } = session;
  connection.languages.diagnostics.on(async ({ textDocument, previousResultId }, token) => {
    // Editors ask for these and for completions at each key; the list that a user waits for goes first.
    await checkpoint(token);
    await checkpoint(token);
    const reading = await session.read(textDocument.uri);
    await checkpoint(token);
    const items = diagnosticsOf(session, reading);
    // The id is that of the answer, so what an edit left as it was is not sent again.
    const resultId = createHash('sha1').update(JSON.stringify(items)).digest('base64');
    if (resultId === previousResultId) return { kind: 'unchanged', resultId };
    return { kind: 'full', resultId, items };
  });
  return () => {
    if (client.refreshesDiagnostics) session.inBackground(connection.languages.diagnostics.refresh());
  };
}

/**
 * textDocument/publishDiagnostics, for clients that wait to be told.
 * @returns what tells all open documents' diagnostics anew.
 */
export function publishDiagnostics(session: Session): () => void {
  const { connection, documents } = session;

  const publish = async (uri: string): Promise<void> => {
    const version = documents.get(uri)?.version;
    // A message that waits is handled in the next turn, and asks for the one after: in a burst, this sees it come.
    await nextTurn();
    await nextTurn();
    if (documents.get(uri)?.version !== version) return;
    const reading = await session.read(uri);
    if (!reading || documents.get(uri)?.version !== reading.version) return;
    await connection.sendDiagnostics({
      uri,
      version: reading.version,
      diagnostics: diagnosticsOf(session, reading),
    });
  };

  documents.onDidChangeContent(({ document }) => session.inBackground(publish(document.uri)));
  documents.onDidClose(({ document }) => {
    session.inBackground(connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }));
  });
  return () => {
    for (const uri of documents.keys()) session.inBackground(publish(uri));
  };
}

const diagnosticsOf = (session: Session, reading: Reading | undefined): Diagnostic[] =>
  (reading?.analysis?.findings ?? []).map((finding) =>
    toDiagnostic(reading!.lines, finding, session.client, session.pages),
  );
