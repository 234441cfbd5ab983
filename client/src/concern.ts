import * as vscode from 'vscode';
import { concerns } from '../../server/src/text/relevance.ts';
import { documentSelector, LANGUAGES } from './documents.ts';

/**
 * Calls `act` once, as soon as an open document may describe a guest: at once, when one is opened, or when one
 * becomes so while it is typed.
 */
export function whenConcerned(act: () => void): vscode.Disposable {
  const { workspace } = vscode;
  let watch: vscode.Disposable | undefined;
  const consider = (document: vscode.TextDocument, text: string): boolean => {
    if (!mayDescribeGuest(document, text)) return false;
    watch?.dispose();
    act();
    return true;
  };
  if (workspace.textDocuments.some((document) => consider(document, document.getText()))) {
    return new vscode.Disposable(() => {});
  }
  watch = vscode.Disposable.from(
    // Also fired when the language of a document is changed.
    workspace.onDidOpenTextDocument((document) => consider(document, document.getText())),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
      contentChanges.some((change) => consider(document, changedLines(document, change))),
    ),
  );
  return watch;
}

function mayDescribeGuest(document: vscode.TextDocument, text: string): boolean {
  const language = LANGUAGES[document.languageId];
  if (!language || !concerns(text, language.dialect, language.carrier)) return false;
  return vscode.languages.match(documentSelector(), document) > 0;
}

/** The lines that a change left behind: nothing else can have become relevant, however long the document is. */
function changedLines(
  document: vscode.TextDocument,
  { range, text }: vscode.TextDocumentContentChangeEvent,
): string {
  const first = range.start.line;
  const lines = text.split('\n').length;
  return document.getText(new vscode.Range(first, 0, first + lines, 0));
}
