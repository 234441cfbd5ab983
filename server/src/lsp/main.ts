import { createConnection } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

// The arguments of the process say how the client is reached: --stdio, --node-ipc, --socket=, --pipe=.
startServer(createConnection());
