import { DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { Session } from './session.ts';
import { type ClientSettings, readSettings, SECTION, sameSettings, sectionOf } from './settings.ts';

/**
 * Keeps the session's settings those of the client, also while they change.
 * @param refresh called when they have changed and the open documents are to be told anew
 */
export function followSettings(session: Session, refresh: () => void): void {
  const { connection, client } = session;

  const ask = async (): Promise<ClientSettings> => {
    try {
      return readSettings(await connection.workspace.getConfiguration(SECTION));
    } catch {
      return readSettings(client.startSettings);
    }
  };

  session.settings = client.answersConfiguration
    ? ask()
    : Promise.resolve(readSettings(client.startSettings));
  if (client.registersConfiguration) {
    const registration = connection.client.register(DidChangeConfigurationNotification.type, {
      section: SECTION,
    });
    session.inBackground(registration);
  }
  connection.onDidChangeConfiguration(async ({ settings }) => {
    const before = session.settings;
    const after = client.answersConfiguration ? ask() : Promise.resolve(readSettings(sectionOf(settings)));
    // Whoever reads a document from now on waits for the new settings; the old ones are kept if they are the same.
    session.settings = Promise.all([before, after]).then(([old, now]) =>
      sameSettings(old, now) ? old : now,
    );
    if ((await session.settings) !== (await before)) refresh();
  });
}
