// From a keystroke to the diagnostics that know of it, seen by the client.
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { LanguageServer } from './languageServer.mjs';
import { summarize } from './statistics.mjs';
import { typing } from './typing.mjs';

/** Nobody waits longer; a server that never answers must not stop the benchmark. */
const LIMIT = 30_000;

const limited = (promise) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(false), LIMIT).unref())]);

/** What is known of every keystroke of a run: when it was sent, and when diagnostics came that know of it. */
class Timeline {
  #sent = new Map();
  #latencies = [];
  superseded = 0;
  /** Resolves when the last keystroke is answered. */
  finished;
  #finish;
  #last;

  constructor(lastVersion) {
    this.#last = lastVersion;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  sent(version) {
    this.#sent.set(version, performance.now());
  }

  /** Diagnostics of a version answer all keystrokes up to it: those before it get none of their own. */
  answered(version = Math.max(...this.#sent.keys())) {
    const now = performance.now();
    for (const [earlier, start] of this.#sent) {
      if (earlier > version) continue;
      this.#sent.delete(earlier);
      this.#latencies.push(now - start);
      if (earlier < version) this.superseded++;
    }
    if (version === this.#last) this.#finish(true);
  }

  summary() {
    return { ...summarize(this.#latencies), superseded: this.superseded, keystrokes: this.#latencies.length };
  }
}

/** As VS Code asks: at every change, and where an answer is still awaited, that question is taken back first. */
class Asker {
  #server;
  #uri;
  #timeline;
  #asking;
  #again = false;

  constructor(server, uri, timeline) {
    this.#server = server;
    this.#uri = uri;
    this.#timeline = timeline;
  }

  async ask(version) {
    if (this.#asking) {
      this.#again = version;
      this.#asking.cancel();
      return;
    }
    this.#asking = new CancellationTokenSource();
    const params = { textDocument: { uri: this.#uri }, previousResultId: this.resultId };
    const answer = await this.#server
      .request('textDocument/diagnostic', params, this.#asking.token)
      .catch(() => undefined);
    this.#asking = undefined;
    this.resultId = answer?.resultId ?? this.resultId;
    if (answer) this.#timeline.answered(version);
    const next = this.#again;
    this.#again = false;
    if (next) await this.ask(next);
  }
}

/**
 * Plays a run of keystrokes to a server.
 * @param run { mode: 'told' | 'asks', spacing: milliseconds between keystrokes, keystrokes: how many, settings }
 * @returns { p50, p95, min, max, superseded, keystrokes }, or false where the server did not answer in time
 */
export async function replay(command, document, { mode, spacing, keystrokes, settings }) {
  const uri = `file:///bench/document.${document.language === 'xml' ? 'xml' : 'sh'}`;
  const server = new LanguageServer(command);
  try {
    await server.initialize(mode, settings);
    const changes = typing(document, keystrokes);
    const timeline = new Timeline(changes.length + 1);
    const asker = new Asker(server, uri, timeline);
    const first = mode === 'told' ? server.told(uri) : undefined;
    server.open(uri, document);
    await limited(first ?? asker.ask(1));
    if (mode === 'told') {
      server.onDiagnostics = (params) => {
        if (params.uri === uri) timeline.answered(params.version);
      };
    }
    const start = performance.now();
    for (const [n, change] of changes.entries()) {
      // Against the clock, so that what is late is not made later still.
      const wait = start + n * spacing - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const version = n + 2;
      timeline.sent(version);
      server.change(uri, version, change);
      if (mode === 'asks') void asker.ask(version);
    }
    return (await limited(timeline.finished)) && timeline.summary();
  } finally {
    server.stop();
  }
}
