import { afterAll, afterEach, beforeAll } from 'vitest';
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  InitializeResult,
  PublishDiagnosticsParams,
  Range,
  TextDocumentEdit,
} from 'vscode-languageserver';
import { rules } from '../../server/src/generated/rules.ts';
import { applyLspEdits, LspClient } from '../lib/lspClient.ts';
import { bundleServer } from '../lib/serverBundle.ts';

export const XML = 'file:///guests/two-nodes.xml';

/** Both cells claim all vCPUs: one error, and one way to mend it. */
export const OVERLAP = `<domain type='kvm'>
  <name>two-nodes</name>
  <memory unit='GiB'>2</memory>
  <vcpu>4</vcpu>
  <cpu>
    <numa>
      <cell id='0' cpus='0-3' memory='1' unit='GiB'/>
      <cell id='1' cpus='0-3' memory='1' unit='GiB'/>
    </numa>
  </cpu>
</domain>
`;

/** Settings under which no rule but these says anything, so that new rules do not disturb old tests. */
export const onlyRules = (...names: string[]): Record<string, string> =>
  Object.fromEntries(rules.filter(({ name }) => !names.includes(name)).map(({ name }) => [name, 'off']));

export const PULLS: ClientCapabilities = {
  textDocument: {
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true },
    codeAction: { resolveSupport: { properties: ['edit'] } },
  },
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
  },
};

export const PUSHED: ClientCapabilities = {
  textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } },
};

let bundle: Awaited<ReturnType<typeof bundleServer>>;
const started: LspClient[] = [];

/** To be called once in each test file: builds the server, and ends what a test leaves running. */
export function withServer(): void {
  beforeAll(async () => {
    bundle = await bundleServer();
  });
  afterEach(() => {
    for (const client of started.splice(0)) client.kill();
  });
  afterAll(() => bundle.remove());
}

export interface Start {
  readonly capabilities?: ClientCapabilities;
  readonly options?: unknown;
  /** What the client answers when it is asked for its configuration. */
  readonly settings?: () => unknown;
  /** The folders of the workspace, as URIs. */
  readonly folders?: readonly string[];
  /** What clients had before they knew several folders. */
  readonly rootUri?: string;
}

/** Starts a server and shakes hands with it. */
export async function start({ capabilities = PULLS, options, settings, folders, rootUri }: Start = {}) {
  const client = new LspClient(bundle.script);
  started.push(client);
  client.answer('workspace/configuration', () => [
    settings?.() ?? { rules: onlyRules('numa-cpus-overlap', 'unused-suppression') },
  ]);
  const result = await client.request<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: rootUri ?? null,
    capabilities,
    initializationOptions: options,
    ...(folders ? { workspaceFolders: folders.map((uri) => ({ uri, name: uri })) } : {}),
  });
  client.notify('initialized', {});
  return { client, capabilities: result.capabilities };
}

export function open(client: LspClient, text: string, uri = XML, languageId = 'xml', version = 1): void {
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
}

/** Replaces the whole text, as clients without incremental changes do. */
export function change(client: LspClient, version: number, text: string, uri = XML): void {
  client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
}

export interface Report {
  readonly kind: 'full' | 'unchanged';
  readonly resultId?: string;
  readonly items: Diagnostic[];
}

export const pull = (client: LspClient, uri = XML, previousResultId?: string): Promise<Report> =>
  client.request('textDocument/diagnostic', { textDocument: { uri }, previousResultId });

export const published = (
  client: LspClient,
  fits: (params: PublishDiagnosticsParams) => boolean,
): Promise<PublishDiagnosticsParams> => client.notified('textDocument/publishDiagnostics', fits);

export const codesOf = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map(({ code }) => code);

/** The range of the n-th occurrence of a text, counted from 1. */
export function rangeOf(text: string, part: string, n = 1): Range {
  let at = -1;
  for (let i = 0; i < n; i++) at = text.indexOf(part, at + 1);
  if (at < 0) throw new Error(`${part} does not occur ${n} times`);
  return { start: positionAt(text, at), end: positionAt(text, at + part.length) };
}

function positionAt(text: string, offset: number) {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)!.length };
}

export const actionsAt = (
  client: LspClient,
  range: Range,
  context: object = {},
  uri = XML,
): Promise<CodeAction[]> =>
  client.request('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: [], ...context },
  });

/** The text after an action, whichever way it carries its edits. */
export function applied(text: string, { edit }: CodeAction, uri = XML): string {
  const edits = edit?.changes?.[uri] ?? (edit?.documentChanges?.[0] as TextDocumentEdit | undefined)?.edits;
  if (!edits) throw new Error('the action has no edit');
  return applyLspEdits(text, edits as Parameters<typeof applyLspEdits>[1]);
}
