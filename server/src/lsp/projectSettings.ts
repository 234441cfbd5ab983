import { DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver';
import { PROFILE_SUFFIX } from './messages.ts';
import { PROJECT_FILE } from './projectFile.ts';
import { ProjectMarks } from './projectMarks.ts';
import { pathOf } from './projects.ts';
import type { Session } from './session.ts';

/**
 * Follows the virtlens.json files of the workspace and its host profiles, which both lie on disk, and shows in the
 * former what is wrong with them.
 * @param refresh called when one has changed and the open documents are to be told anew
 */
export function followProjects(session: Session, refresh: () => void): void {
  const { connection, client, documents, projects, hosts, profiles } = session;
  const marks = new ProjectMarks(session);

  if (client.watchesFiles) {
    const watchers = [{ globPattern: `**/${PROJECT_FILE}` }, { globPattern: `**/*${PROFILE_SUFFIX}` }];
    session.inBackground(connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  } else {
    // Nobody tells that a file has changed. Who opens a document may just have come from changing it.
    documents.onDidOpen(() => {
      projects.forget();
      hosts.forgetAll();
      profiles.forget();
    });
  }
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    for (const { uri } of changes) hosts.forget(pathOf(uri) ?? '');
    const ofProfiles = changes.filter(({ uri }) => uri.endsWith(PROFILE_SUFFIX));
    if (ofProfiles.some(({ type }) => type !== FileChangeType.Changed)) profiles.forget();
    await Promise.all(changes.map(({ uri }) => projects.reread(uri)));
    if (ofProfiles.length > 0) marks.again();
    refresh();
  });
  if (client.tellsFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      projects.moveTo(
        added.map(({ uri }) => uri),
        removed.map(({ uri }) => uri),
      );
      profiles.forget();
      marks.clearOutside();
      refresh();
    });
  }
}
