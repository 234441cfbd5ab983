import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';

/** Lets the messages that wait be read: one of them is handled in each turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A point between two stages of work: waiting messages are read, and where one of them took the question back,
 * the work ends here.
 * @throws ResponseError RequestCancelled, which the connection sends as the answer.
 */
export async function checkpoint(token: CancellationToken): Promise<void> {
  await nextTurn();
  if (token.isCancellationRequested) {
    throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
  }
}
