import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver';
import type { TextEdit } from '../text/edit.ts';
import { sliceOf } from '../text/span.ts';
import { toTextEdits } from './convert.ts';
import { USE_LINE_FEEDS } from './messages.ts';
import type { Reading, Session } from './session.ts';

/**
 * Edits of a document as a client can carry them out. Editors that keep one line ending for the whole buffer put
 * it into every text they insert, so that no edit changes it; where the client has a command for that, it is used.
 */
export function toAction(
  { client }: Session,
  reading: Reading,
  edits: readonly TextEdit[],
): Pick<CodeAction, 'edit' | 'command'> {
  const dropsReturns = ({ range, newText }: TextEdit): boolean => {
    const old = sliceOf(reading.text, range);
    return old.includes('\r') && old.replaceAll('\r', '') === newText;
  };
  if (!client.commands.has(USE_LINE_FEEDS) || !edits.some(dropsReturns)) {
    return { edit: toWorkspaceEdit(client.versionsEdits, reading, edits) };
  }
  const others = edits.filter((edit) => !dropsReturns(edit));
  return {
    ...(others.length > 0 ? { edit: toWorkspaceEdit(client.versionsEdits, reading, others) } : {}),
    command: { title: 'Use line feeds', command: USE_LINE_FEEDS, arguments: [reading.uri] },
  };
}

function toWorkspaceEdit(
  versioned: boolean,
  { uri, version, text, lines }: Reading,
  edits: readonly TextEdit[],
): WorkspaceEdit {
  const textEdits = toTextEdits(
    lines,
    edits.map((edit) => keepPairs(text, edit)),
  );
  return versioned
    ? { documentChanges: [{ textDocument: { uri, version }, edits: textEdits }] }
    : { changes: { [uri]: textEdits } };
}

/** The protocol has no position inside a line break, so an edit that ends in the middle of \r\n takes all of it. */
function keepPairs(text: string, edit: TextEdit): TextEdit {
  const splits = (offset: number): boolean => text[offset - 1] === '\r' && text[offset] === '\n';
  const before = splits(edit.range.start) ? '\r' : '';
  const after = splits(edit.range.end) ? '\n' : '';
  return {
    range: { start: edit.range.start - before.length, end: edit.range.end + after.length },
    newText: before + edit.newText + after,
  };
}
