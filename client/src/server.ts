import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { StartOptions } from '../../server/src/lsp/client.ts';
import {
  EXPLAIN_RULE,
  STATUS,
  type StatusParams,
  SUGGEST,
  USE_LINE_FEEDS,
} from '../../server/src/lsp/messages.ts';
import { documentSelector } from './documents.ts';
import type { StatusItem } from './status.ts';

/** The language server, in a process of its own. */
export class Server {
  readonly #extension: vscode.Uri;
  readonly #output: vscode.LogOutputChannel;
  readonly #status: StatusItem;
  /** Resolves to undefined where the server could not be started. */
  #started: Promise<LanguageClient | undefined> | undefined;

  constructor(extension: vscode.Uri, output: vscode.LogOutputChannel, status: StatusItem) {
    this.#extension = extension;
    this.#output = output;
    this.#status = status;
  }

  /** Starts it, unless it was started before. */
  async start(): Promise<void> {
    this.#started ??= this.#launch();
    await this.#started;
  }

  /**
   * Asks the server, and starts it where it does not run yet.
   * @returns undefined where it cannot be started: the user has been told.
   */
  async request<Answer>(method: string, params: unknown): Promise<Answer | undefined> {
    await this.start();
    const client = await this.#started;
    return client?.sendRequest<Answer>(method, params);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Starts it anew where it runs: what it was told at its start has changed. */
  async renew(): Promise<void> {
    if (this.#started) await this.restart();
  }

  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    // A client can be stopped only when it has finished starting.
    await (await started)?.dispose();
    this.#status.clear();
  }

  async #launch(): Promise<LanguageClient | undefined> {
    const client = this.#createClient();
    try {
      await client.start();
      return client;
    } catch (error) {
      // The user has been told by the client itself.
      this.#output.error(`The language server did not start: ${String(error)}`);
      return undefined;
    }
  }

  #createClient(): LanguageClient {
    const module = vscode.Uri.joinPath(this.#extension, 'dist', 'server.js').fsPath;
    const options: StartOptions = {
      commands: [EXPLAIN_RULE, USE_LINE_FEEDS, SUGGEST],
      rulePages: vscode.Uri.joinPath(this.#extension, 'docs', 'rules').toString(),
      status: true,
      trusted: vscode.workspace.isTrusted,
    };
    const client = new LanguageClient(
      'virtlens',
      'VirtLens',
      { module, transport: TransportKind.ipc },
      {
        documentSelector: documentSelector(),
        outputChannel: this.#output,
        initializationOptions: options,
        diagnosticPullOptions: { onChange: true },
      },
    );
    client.onNotification(STATUS, (params: StatusParams) => this.#status.update(params));
    return client;
  }
}
