import { createConnection } from 'vscode-languageserver/node';
import type { Progress } from '../start/program.ts';
import { startServer } from './server.ts';

/** Serves the client that the arguments of the process name: --stdio, --node-ipc, --socket=, --pipe=. */
export function main(progress: Progress): void {
  startServer(createConnection(), progress);
  // Whoever types without a pause until the editor is closed starts no slower the next time.
  process.once('exit', () => progress.settled());
  process.once('SIGTERM', () => process.exit());
}
