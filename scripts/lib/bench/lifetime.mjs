// What a server takes before and beside its work: the time to start, and memory.
import { LanguageServer } from './languageServer.mjs';
import { timeEach } from './statistics.mjs';

/** The time from the start of the process to the answer to `initialize`, and to the first diagnostics of a document. */
export async function startUp(command, document, rounds) {
  const uri = `file:///bench/first.${document.language}`;
  const toFirst = [];
  const toInitialized = await timeEach(async () => {
    const start = performance.now();
    const server = new LanguageServer(command);
    try {
      await server.initialize('told');
      const initialized = performance.now() - start;
      const first = server.told(uri);
      server.open(uri, document);
      await first;
      toFirst.push(performance.now() - start);
      return initialized;
    } finally {
      server.stop();
    }
  }, rounds);
  return { initialized: toInitialized, firstDiagnostics: await timeEach((n) => toFirst[n], rounds) };
}

/** The memory of a server in MB without a document, and with so many of them open, the given ones by turns. */
export async function memory(command, documents, count) {
  const server = new LanguageServer(command);
  try {
    await server.initialize('told');
    const empty = server.residentMegabytes();
    for (let n = 0; n < count; n++) {
      const uri = `file:///bench/${n}`;
      const read = server.told(uri);
      server.open(uri, documents[n % documents.length]);
      await read;
    }
    return { empty, open: server.residentMegabytes(), count };
  } finally {
    server.stop();
  }
}
