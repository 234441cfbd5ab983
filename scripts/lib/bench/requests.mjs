// What somebody asks who does not type: the list of completions, a hover, the actions behind the light bulb.
import { LanguageServer } from './languageServer.mjs';
import { timeEach } from './statistics.mjs';

/** An editor asks for actions by itself with every move of the cursor, and once more where somebody opens the list. */
const actions = (triggerKind) => (position) => ({
  range: { start: position, end: position },
  context: { diagnostics: [], triggerKind },
});

const KINDS = [
  { name: 'completion', method: 'textDocument/completion', at: (position) => ({ position }) },
  { name: 'hover', method: 'textDocument/hover', at: (position) => ({ position }) },
  { name: 'code actions, where the cursor goes', method: 'textDocument/codeAction', at: actions(2) },
  { name: 'code actions, where the list is opened', method: 'textDocument/codeAction', at: actions(1) },
];

/** So many places of a document, spread over its lines and columns. */
function places({ text }, count) {
  const written = text
    .split('\n')
    .flatMap((line, n) => (line.trim() === '' ? [] : [{ line: n, length: line.length }]));
  return Array.from({ length: count }, (_, n) => {
    const { line, length } = written[(n * 37) % written.length];
    return { line, character: (n * 13) % (length + 1) };
  });
}

/** How long a server takes to answer each kind of question about an open document. Returns [{ name, p50, p95, … }]. */
export async function requestTimes(command, document, rounds) {
  const uri = `file:///bench/asked.${document.language === 'xml' ? 'xml' : 'sh'}`;
  const server = new LanguageServer(command);
  try {
    await server.initialize('told');
    const read = server.told(uri);
    server.open(uri, document);
    await read;
    const positions = places(document, rounds);
    const results = [];
    for (const { name, method, at } of KINDS) {
      const ask = async (n) => {
        const start = performance.now();
        await server.request(method, { textDocument: { uri }, ...at(positions[n]) });
        return performance.now() - start;
      };
      results.push({ name, ...(await timeEach(ask, rounds)) });
    }
    return results;
  } finally {
    server.stop();
  }
}
