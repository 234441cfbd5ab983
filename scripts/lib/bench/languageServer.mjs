// A client of a language server over stdio, as thin as it can be: what is measured is the server.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { defer } from '../cleanup.mjs';

/** A client that is told diagnostics, and one that asks for them as VS Code does. */
const capabilities = {
  told: { textDocument: { publishDiagnostics: { versionSupport: true } } },
  asks: { textDocument: { diagnostic: {} } },
};

export class LanguageServer {
  #process;
  #connection;
  #release;
  /** Called with { uri, version, diagnostics } whenever the server tells diagnostics. */
  onDiagnostics = () => {};

  /** @param command the program and its arguments */
  constructor([program, ...args]) {
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#release = defer(() => this.#process.kill());
    const { stdout, stdin } = this.#process;
    this.#connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.#connection.onNotification('textDocument/publishDiagnostics', (params) =>
      this.onDiagnostics(params),
    );
    // Some servers wait for an answer before they do anything.
    this.#connection.onRequest((method, params) =>
      method === 'workspace/configuration' ? params.items.map(() => null) : null,
    );
    this.#connection.listen();
  }

  /** Shakes hands. `mode` is how diagnostics come: 'told' or 'asks'; `settings` are ours, as VS Code has them. */
  async initialize(mode, settings = {}) {
    const params = { processId: process.pid, rootUri: null, capabilities: capabilities[mode] };
    await this.request('initialize', { ...params, initializationOptions: settings });
    this.notify('initialized', {});
  }

  open(uri, { language, text }) {
    this.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: language, version: 1, text },
    });
  }

  change(uri, version, change) {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [change] });
  }

  notify(method, params) {
    this.#connection.sendNotification(method, params);
  }

  /** @param token at most one: takes the request back when it is cancelled */
  request(method, params, ...token) {
    return this.#connection.sendRequest(method, params, ...token);
  }

  /** Resolves when the server has told the diagnostics of a document. */
  told(uri) {
    return new Promise((resolve) => {
      const before = this.onDiagnostics;
      this.onDiagnostics = (params) => {
        before(params);
        if (params.uri !== uri) return;
        this.onDiagnostics = before;
        resolve(params);
      };
    });
  }

  /** The memory that it holds, in MB; undefined where the system does not tell. */
  residentMegabytes() {
    try {
      const status = fs.readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
    } catch {
      return undefined;
    }
  }

  stop() {
    this.#connection.dispose();
    this.#release();
  }
}
