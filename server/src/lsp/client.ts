import type { InitializeParams } from 'vscode-languageserver';

/**
 * What our own extension passes as `initializationOptions`. Any other client may pass parts of it, or the
 * settings themselves under the names they have below `virtlens.`.
 */
export interface StartOptions {
  /** Commands that the client can carry out: `virtlens.explainRule`, `virtlens.useLineFeeds`. */
  readonly commands?: readonly string[];
  /** The folder with one Markdown page for each rule, as a file URI. */
  readonly rulePages?: string;
  /** The client wants `virtlens/status` notifications. */
  readonly status?: boolean;
  /** The user trusts the workspace: files that a script sources may be read. */
  readonly trusted?: boolean;
}

/** What a client can do, as far as it makes a difference to us. */
export interface Client {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly showsRelated: boolean;
  readonly linksCodes: boolean;
  readonly resolvesEdits: boolean;
  readonly versionsEdits: boolean;
  readonly rendersMarkdown: boolean;
  /** It can insert texts with places to fill in. */
  readonly fillsSnippets: boolean;
  readonly answersConfiguration: boolean;
  readonly registersConfiguration: boolean;
  /** It tells when a file has changed, where it is asked to. */
  readonly watchesFiles: boolean;
  /** It tells when folders are added to the workspace or removed from it. */
  readonly tellsFolders: boolean;
  /** The folders of the workspace, as URIs. */
  readonly folders: readonly string[];
  readonly wantsStatus: boolean;
  readonly trustsWorkspace: boolean;
  /** It says itself that the user does not trust the workspace. Most clients know no such thing. */
  readonly distrustsWorkspace: boolean;
  readonly commands: ReadonlySet<string>;
  readonly rulePages: string | undefined;
  /** Settings for clients that cannot be asked for them. */
  readonly startSettings: unknown;
}

/** Reads what a client said of itself. Whatever it left out, or got wrong, it cannot do. */
export function readClient(params: InitializeParams): Client {
  const { capabilities, initializationOptions } = params;
  const { textDocument, workspace } = capabilities ?? {};
  const options = (initializationOptions ?? {}) as StartOptions;
  const diagnostics = { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    showsRelated: diagnostics.relatedInformation === true,
    linksCodes: diagnostics.codeDescriptionSupport === true,
    resolvesEdits: textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true,
    versionsEdits: workspace?.workspaceEdit?.documentChanges === true,
    rendersMarkdown: textDocument?.hover?.contentFormat?.includes('markdown') !== false,
    fillsSnippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    answersConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    tellsFolders: workspace?.workspaceFolders === true,
    folders: foldersOf(params),
    wantsStatus: options.status === true,
    trustsWorkspace: options.trusted === true,
    distrustsWorkspace: options.trusted === false,
    commands: new Set(Array.isArray(options.commands) ? options.commands : []),
    rulePages: typeof options.rulePages === 'string' ? options.rulePages : undefined,
    startSettings: initializationOptions,
  };
}

/** Older clients know a single folder. */
const foldersOf = ({ workspaceFolders, rootUri }: InitializeParams): string[] =>
  workspaceFolders ? workspaceFolders.map(({ uri }) => uri) : rootUri ? [rootUri] : [];
