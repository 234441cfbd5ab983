import { type Connection, TextDocumentSyncKind, TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { REFACTOR_KINDS } from '../service/refactor/refactoring.ts';
import type { Progress } from '../start/program.ts';
import { readClient } from './client.ts';
import { followSettings } from './configuration.ts';
import { provideOwnDataFiles } from './dataFiles.ts';
import { answerCodeActions, FIX_ALL } from './handlers/codeActions.ts';
import { answerCompletions, COMPLETION } from './handlers/completion.ts';
import { answerDiagnostics, publishDiagnostics } from './handlers/diagnostics.ts';
import { answerHosts } from './handlers/hosts.ts';
import { answerHovers } from './handlers/hover.ts';
import { tellStatus } from './handlers/status.ts';
import { showHostProblems } from './hostProblems.ts';
import { followProjects } from './projectSettings.ts';
import { findRulePages } from './rulePages.ts';
import { Session } from './session.ts';

/**
 * Serves a client over a connection until it says goodbye. All knowledge is in the language service; here it meets
 * the protocol.
 */
export function startServer(connection: Connection, progress: Progress): void {
  provideOwnDataFiles();
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize((params) => {
    const client = readClient(params);
    const session = new Session(connection, documents, client, findRulePages(client.rulePages), progress);
    const refresh = client.pullsDiagnostics ? answerDiagnostics(session) : publishDiagnostics(session);
    answerHovers(session);
    answerCompletions(session);
    answerCodeActions(session);
    answerHosts(session);
    tellStatus(session);
    showHostProblems(session);
    // Only now may the client be asked something.
    connection.onInitialized(() => {
      followSettings(session, refresh);
      followProjects(session, refresh);
    });
    return {
      serverInfo: { name: 'virtlens' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        hoverProvider: true,
        completionProvider: COMPLETION,
        codeActionProvider: {
          codeActionKinds: ['quickfix', ...REFACTOR_KINDS, FIX_ALL],
          resolveProvider: client.resolvesEdits,
        },
        ...(client.pullsDiagnostics
          ? {
              diagnosticProvider: {
                identifier: 'virtlens',
                interFileDependencies: false,
                workspaceDiagnostics: false,
              },
            }
          : {}),
      },
    };
  });

  documents.listen(connection);
  connection.listen();
}
