import { pathToFileURL } from 'node:url';
import { DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import { LineIndex } from '../text/lineIndex.ts';
import { toProblemDiagnostic } from './convert.ts';
import { PROFILE_SUFFIX } from './messages.ts';
import { PROJECT_FILE, type ProjectFile } from './projectFile.ts';
import { pathOf } from './projects.ts';
import type { Session } from './session.ts';

/**
 * Follows the virtlens.json files of the workspace and its host profiles, which both lie on disk, and shows in them what is wrong with them. That is always
 * published: a client asks only about the documents of our languages, and these files are read when they are closed, too.
 * @param refresh called when one has changed and the open documents are to be told anew
 */
export function followProjects(session: Session, refresh: () => void): void {
  const { connection, client, documents, projects, hosts } = session;
  const marked = new Set<string>();

  const mark = (file: string, project: ProjectFile | undefined): void => {
    const problems = project?.problems ?? [];
    if (problems.length === 0 && !marked.delete(file)) return;
    if (problems.length > 0) marked.add(file);
    const lines = new LineIndex(project?.text ?? '');
    const diagnostics = problems.map((problem) => toProblemDiagnostic(lines, problem));
    session.inBackground(connection.sendDiagnostics({ uri: pathToFileURL(file).href, diagnostics }));
  };
  projects.onRead = mark;

  if (client.watchesFiles) {
    const watchers = [{ globPattern: `**/${PROJECT_FILE}` }, { globPattern: `**/*${PROFILE_SUFFIX}` }];
    session.inBackground(connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  } else {
    // Nobody tells that a file has changed. Who opens a document may just have come from changing it.
    documents.onDidOpen(() => {
      projects.forget();
      hosts.forgetAll();
    });
  }
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    for (const { uri } of changes) hosts.forget(pathOf(uri) ?? '');
    await Promise.all(changes.map(({ uri }) => projects.reread(uri)));
    refresh();
  });
  if (client.tellsFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      projects.moveTo(
        added.map(({ uri }) => uri),
        removed.map(({ uri }) => uri),
      );
      for (const file of [...marked]) if (!projects.holds(file)) mark(file, undefined);
      refresh();
    });
  }
}
