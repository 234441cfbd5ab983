import * as vscode from 'vscode';
import type { HostInfo } from '../../../server/src/lsp/messages.ts';
import { LANGUAGES } from '../documents.ts';
import { describeHost } from './words.ts';

/** The command that lets the user choose another profile. */
export const CHOOSE_PROFILE = 'virtlens.chooseHostProfile';

/** "gpu-01, captured 3 days ago": the machine that a document is judged on, beside its language. */
export class HostItem implements vscode.Disposable {
  #item: vscode.LanguageStatusItem | undefined;

  /** See describeHost(). */
  show(host: HostInfo | undefined, unchosen: number): void {
    const { text, detail, isWrong } = describeHost(host, unchosen, new Date());
    this.#item ??= createItem();
    this.#item.text = text;
    this.#item.detail = detail;
    this.#item.severity = isWrong
      ? vscode.LanguageStatusSeverity.Warning
      : vscode.LanguageStatusSeverity.Information;
  }

  /** The item has no way of hiding, so it exists only while there is something to show. */
  dispose(): void {
    this.#item?.dispose();
    this.#item = undefined;
  }
}

function createItem(): vscode.LanguageStatusItem {
  const selector = Object.keys(LANGUAGES).map((language) => ({ language }));
  const item = vscode.languages.createLanguageStatusItem('virtlens.host', selector);
  item.name = 'VirtLens: Host';
  item.command = { title: 'Choose…', command: CHOOSE_PROFILE };
  return item;
}
