import * as vscode from 'vscode';
import type { DocumentStatus, StatusGap, StatusParams } from '../../server/src/lsp/messages.ts';
import { LANGUAGES } from './documents.ts';
import { HostItem } from './host/item.ts';

const SHOW_GAPS = 'virtlens.showGaps';

/**
 * "41 of 44 options understood" beside the language of a document that describes guests, and the machine that they are
 * judged on.
 */
export class StatusItem implements vscode.Disposable {
  readonly #statuses = new Map<string, DocumentStatus>();
  readonly #host = new HostItem();
  #item: vscode.LanguageStatusItem | undefined;
  readonly #subscriptions: vscode.Disposable;

  constructor() {
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => this.#show()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#statuses.delete(uri.toString())),
      vscode.commands.registerCommand(SHOW_GAPS, () => this.#showGaps()),
    );
  }

  update({ uri, status }: StatusParams): void {
    // The server hands addresses back as it got them, but every client may write them in its own way.
    const key = vscode.Uri.parse(uri).toString();
    if (status) this.#statuses.set(key, status);
    else this.#statuses.delete(key);
    this.#show();
  }

  clear(): void {
    this.#statuses.clear();
    this.#show();
  }

  dispose(): void {
    this.#host.dispose();
    this.#item?.dispose();
    this.#subscriptions.dispose();
  }

  #current(): { document: vscode.TextDocument; status: DocumentStatus } | undefined {
    const document = vscode.window.activeTextEditor?.document;
    const status = document && this.#statuses.get(document.uri.toString());
    return status && { document, status };
  }

  /** The item has no way of hiding, so it exists only while there is something to show. */
  #show(): void {
    const current = this.#current();
    if (!current) {
      this.#host.dispose();
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    const { unit, total, understood, gaps, host, unchosenHosts = 0 } = current.status;
    this.#host.show(host, unchosenHosts);
    this.#item ??= createItem();
    this.#item.text = `${understood} of ${total} ${unit} understood`;
    this.#item.command = gaps.length > 0 ? { title: 'Show the others', command: SHOW_GAPS } : undefined;
  }

  async #showGaps(): Promise<void> {
    const current = this.#current();
    if (!current) return;
    const { document, status } = current;
    const chosen = await vscode.window.showQuickPick(
      status.gaps.map((gap) => toPick(document, gap)),
      { title: `VirtLens: what was not understood`, matchOnDetail: true },
    );
    if (chosen) await vscode.window.showTextDocument(document, { selection: chosen.range });
  }
}

function createItem(): vscode.LanguageStatusItem {
  const selector = Object.keys(LANGUAGES).map((language) => ({ language }));
  const item = vscode.languages.createLanguageStatusItem('virtlens.status', selector);
  item.name = 'VirtLens';
  item.detail = 'VirtLens';
  return item;
}

function toPick(document: vscode.TextDocument, { range: { start, end }, why }: StatusGap) {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const label = document.getText(range).trim().split('\n')[0] ?? '';
  return { label, description: `line ${start.line + 1}`, detail: `Not known: ${why}`, range };
}
