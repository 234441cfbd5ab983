import * as vscode from 'vscode';
import { EXPLAIN_RULE, USE_LINE_FEEDS } from '../../server/src/lsp/messages.ts';
import { whenConcerned } from './concern.ts';
import { explainRule } from './explainRule.ts';
import { captureMachine } from './host/capture.ts';
import { chooseProfile } from './host/choose.ts';
import { CHOOSE_PROFILE } from './host/item.ts';
import { useLineFeeds } from './lineFeeds.ts';
import { Server } from './server.ts';
import { StatusItem } from './status.ts';

let server: Server | undefined;

/** Called with the first file of a language that may be about a guest. The server waits for one that is. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('VirtLens', { log: true });
  const status = new StatusItem();
  const started = new Server(context.extensionUri, output, status);
  const { registerCommand } = vscode.commands;
  server = started;
  context.subscriptions.push(
    output,
    status,
    whenConcerned(() => started.start()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.renew()),
    registerCommand('virtlens.restart', () => started.restart()),
    registerCommand('virtlens.showOutput', () => output.show()),
    registerCommand('virtlens.captureHost', () => captureMachine(started)),
    registerCommand(CHOOSE_PROFILE, () => chooseProfile(started)),
    registerCommand(EXPLAIN_RULE, (rule?: unknown) => explainRule(context.extension, rule)),
    registerCommand(USE_LINE_FEEDS, useLineFeeds),
  );
}

export const deactivate = (): Promise<void> | undefined => server?.stop();
