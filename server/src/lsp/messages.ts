// What the server and our own extension say to each other beyond the protocol. Types and names only: the
// extension imports this file.

/** Notification to the client, see StatusParams. */
export const STATUS = 'virtlens/status';

/** Carried out by the client: ends every line of the document with a line feed. Argument: the document's URI. */
export const USE_LINE_FEEDS = 'virtlens.useLineFeeds';

/** Carried out by the client: shows the page of a rule. Argument: the rule's name. */
export const EXPLAIN_RULE = 'virtlens.explainRule';

interface Position {
  readonly line: number;
  readonly character: number;
}

export interface StatusParams {
  readonly uri: string;
  /** Left out for a document without any guest. */
  readonly status?: DocumentStatus;
}

export interface DocumentStatus {
  readonly unit: 'options' | 'elements';
  readonly total: number;
  readonly understood: number;
  readonly gaps: readonly StatusGap[];
  /** The host profile that counts for the document. */
  readonly host?: HostInfo;
  /**
   * How many profiles the document's folder has, where nobody has chosen among them: a single one counts by itself, of
   * several none does. Left out where there are none, or one was chosen.
   */
  readonly unchosenHosts?: number;
}

/** A place that was not understood. */
export interface StatusGap {
  readonly range: { readonly start: Position; readonly end: Position };
  /** A clause: "it comes from the environment". */
  readonly why: string;
}

/** How host profiles are named, so that editors know them. */
export const PROFILE_SUFFIX = '.hostprofile.json';

/** Request: the profiles that may be chosen for a document. HostListParams, HostList. */
export const LIST_HOSTS = 'virtlens/listHosts';

/** Request: how a document gets another profile. HostChoiceParams, HostChoice. */
export const CHOOSE_HOST = 'virtlens/chooseHost';

/** Request: the profile of the machine on which the server runs. No parameters, CaptureAnswer. */
export const CAPTURE_HOST = 'virtlens/captureHost';

/** What there is to tell about a host profile before anybody reads it. */
export interface HostInfo {
  /** The absolute path of a file, or the name of a reference profile. */
  readonly profile: string;
  /** The short name for people: that of the file without its suffix. */
  readonly name: string;
  readonly isReference: boolean;
  /** What the profile calls its machine. */
  readonly label?: string;
  /** `2 nodes, 64 CPUs` */
  readonly size?: string;
  /** When its volatile facts were true: `2026-01-31T12:00:00Z`. */
  readonly capturedAt?: string;
  /** Why the profile is of no use, a sentence. */
  readonly trouble?: string;
}

export interface HostListParams {
  /** The document, or any address in the folder that the choice is for. */
  readonly uri?: string;
  /** The profiles that the client knows of, as URIs. */
  readonly files: readonly string[];
}

export interface HostList {
  /** Those of files, the one that is used now before the others; then the reference profiles. */
  readonly hosts: readonly HostInfo[];
  /** The `profile` that is used now, be it sound or not. */
  readonly current?: string;
}

export interface HostChoiceParams {
  readonly uri?: string;
  /** As in HostInfo; left out for no profile at all, not even the only one of the folder. */
  readonly profile?: string;
}

/**
 * What carries the choice out: a change of the virtlens.json that counts for the document, in the text that is on disk,
 * or what `virtlens.host.profile` is to be.
 */
export type HostChoice = { readonly project: ProjectEdit } | { readonly setting: string };

export interface ProjectEdit {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}

/** A profile as the text of its file, or the sentence that says why there is none. */
export type CaptureAnswer =
  | { readonly text: string; readonly isGuest: boolean }
  | { readonly trouble: string };

/** VS Code's own command that opens the list of completions again, behind an item such as `memdev=`. */
export const SUGGEST = 'editor.action.triggerSuggest';
