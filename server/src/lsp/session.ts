import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Document } from '../dialects/document.ts';
import type { Source } from '../dialects/read.ts';
import type { DialectId } from '../guest/guest.ts';
import { type Analysis, analyze } from '../service/analyze.ts';
import { complete } from '../service/complete/complete.ts';
import type { Settings } from '../service/settings.ts';
import type { Progress } from '../start/program.ts';
import { type Carrier, carrierOf } from '../text/carrier.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { Client } from './client.ts';
import { nameHost } from './hostNaming.ts';
import { type HostFile, Hosts } from './hosts.ts';
import { ProfileSearch } from './profileSearch.ts';
import { Projects, pathOf } from './projects.ts';
import type { RulePages } from './rulePages.ts';
import { type ClientSettings, readSettings } from './settings.ts';
import { siblingsOf } from './siblings.ts';
import { TidyUp } from './tidyUp.ts';
import { WarmUp } from './warmUp.ts';

/** One version of an open document, read under the settings of now. */
export interface Reading {
  readonly uri: string;
  readonly version: number;
  /** Undefined where the project leaves the document out. */
  readonly settings: Settings | undefined;
  /** The profile that counts for the document, be it of use or not. */
  readonly host: HostFile | undefined;
  /** How many profiles there are where none was chosen, see HostNaming. */
  readonly unchosen: number;
  readonly text: string;
  readonly lines: LineIndex;
  /** Undefined for a text that is none of our business, or left out. */
  readonly analysis: Analysis | undefined;
}

/** Under what a document is read. */
type Terms = Pick<Reading, 'settings' | 'host' | 'unchosen'>;

/** A text that is yet to be read, and the settings of now. */
export interface OpenSource {
  readonly source: Source;
  /** What was read of it already. */
  readonly document?: Document;
  readonly settings: Settings;
  readonly lines: LineIndex;
}

/** The names that editors give to the languages we read. The text tells where a language has another name. */
const DIALECTS: Readonly<Record<string, DialectId>> = {
  bash: 'qemu',
  sh: 'qemu',
  shellscript: 'qemu',
  zsh: 'qemu',
  xml: 'libvirt',
};

/** Those that hold others. A language that serves for many formats is told apart by the name of the file. */
const CARRIERS: Readonly<Record<string, Carrier>> = {
  makefile: 'makefile',
  markdown: 'markdown',
  'systemd-unit-file': 'systemd',
};

/**
 * An editor may hold hundreds of documents open, of which each takes half a megabyte once it is read: those that were not
 * typed in for longest are read again when somebody asks about them.
 */
const MOST_READINGS = 16;

/** What the server keeps while it serves one client: the open documents, the settings, what was read last. */
export class Session {
  readonly connection: Connection;
  readonly client: Client;
  readonly pages: RulePages;
  readonly documents: TextDocuments<TextDocument>;
  readonly projects: Projects;
  readonly hosts: Hosts;
  readonly profiles = new ProfileSearch();
  /** Called once for each version that was read. */
  onRead: (reading: Reading) => void = () => {};
  /** Called whenever a document is to have a profile that cannot be read, and no virtlens.json names it. */
  onMissingHost: (host: HostFile) => void = () => {};
  #settings: Promise<ClientSettings> = Promise.resolve(readSettings(undefined));
  readonly #readings = new Map<string, Reading>();
  readonly #progress: Progress;
  readonly #tidyUp = new TidyUp();
  readonly #warmUps: Readonly<Record<DialectId, WarmUp>>;

  constructor(
    connection: Connection,
    documents: TextDocuments<TextDocument>,
    client: Client,
    pages: RulePages,
    progress: Progress,
  ) {
    this.connection = connection;
    this.client = client;
    this.pages = pages;
    this.documents = documents;
    this.#progress = progress;
    this.#warmUps = {
      qemu: new WarmUp(() => progress.settled()),
      libvirt: new WarmUp(() => progress.settled()),
    };
    this.projects = new Projects(client.folders);
    this.hosts = new Hosts((file) => !client.distrustsWorkspace || this.projects.holds(file));
    this.documents.onDidChangeContent(() => {
      for (const idle of [...Object.values(this.#warmUps), this.#tidyUp]) idle.stop();
    });
    this.documents.onDidClose(({ document }) => this.#readings.delete(document.uri));
  }

  /** The client's settings. */
  get settings(): Promise<ClientSettings> {
    return this.#settings;
  }

  /** Documents are read again under new settings when they are next asked for. */
  set settings(settings: Promise<ClientSettings>) {
    this.#settings = settings;
  }

  /** The latest version of a document, read. Undefined for a document that is not open. */
  async read(uri: string): Promise<Reading | undefined> {
    const terms = await this.#termsFor(uri);
    const document = this.documents.get(uri);
    if (!document) return undefined;
    const known = this.#readings.get(uri);
    const isSame = known?.version === document.version && known.settings === terms.settings;
    if (isSame && known.host === terms.host && known.unchosen === terms.unchosen) {
      this.#postponeWarmUp();
      return known;
    }
    const reading = this.#readAnew(document, terms);
    this.#keep(uri, reading);
    this.onRead(reading);
    return reading;
  }

  #keep(uri: string, reading: Reading): void {
    this.#readings.delete(uri);
    this.#readings.set(uri, reading);
    const [oldest] = this.#readings.keys();
    if (this.#readings.size > MOST_READINGS) this.#readings.delete(oldest!);
  }

  /** A document as it is now, for what reads it in its own way. Undefined where it is not open, or left out. */
  async source(uri: string): Promise<OpenSource | undefined> {
    const { settings } = await this.#termsFor(uri);
    const document = this.documents.get(uri);
    if (!document || !settings) return undefined;
    this.#postponeWarmUp();
    const known = this.#readings.get(uri);
    if (known?.version === document.version && known.analysis) {
      const { source, document: read } = known.analysis;
      return { source, document: read, settings, lines: known.lines };
    }
    const text = document.getText();
    return { source: this.#sourceOf(uri, document.languageId, text), settings, lines: new LineIndex(text) };
  }

  #postponeWarmUp(): void {
    for (const warmUp of Object.values(this.#warmUps)) warmUp.postpone();
  }

  /** Work that no request waits for. What goes wrong in it, such as a client that refuses, is told and forgotten. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.connection.console.error(String(error)));
  }

  /** The host profile that counts for a document, which need not be open. */
  async hostOf(uri: string): Promise<HostFile | undefined> {
    return (await this.#termsFor(uri)).host;
  }

  async #termsFor(uri: string): Promise<Terms> {
    const [client, project] = await Promise.all([this.#settings, this.projects.of(uri)]);
    const file = pathOf(uri);
    if (file !== undefined && project?.ignores(file)) {
      return { settings: undefined, host: undefined, unchosen: 0 };
    }
    const settings = project?.settingsOver(client) ?? client;
    const root = this.projects.rootOf(uri);
    const fromSettings = client.hostProfile;
    const naming = await nameHost({ project, file, fromSettings, root, search: this.profiles });
    const { profile, folder, unchosen, isOfProject } = naming;
    if (profile === undefined) return { settings, host: undefined, unchosen };
    const host = await this.hosts.read(profile, folder);
    if (host.trouble !== undefined && !isOfProject) this.onMissingHost(host);
    return { settings: host.host ? this.hosts.join(settings, host.host) : settings, host, unchosen };
  }

  #readAnew(document: TextDocument, terms: Terms): Reading {
    const { settings } = terms;
    const { uri, version, languageId } = document;
    const text = document.getText();
    let analysis: Analysis | undefined;
    try {
      const source = this.#sourceOf(uri, languageId, text);
      analysis = settings && analyze(source, settings);
      if (analysis) {
        const { dialect } = analysis.document;
        this.#progress.does(dialect);
        this.#tidyUp.after();
        this.#warmUps[dialect].after(practice(source, settings!));
      }
    } catch (error) {
      // Reading is made never to throw. Should it happen, this document is silent and the others are served.
      this.connection.console.error(`${uri} could not be read: ${String(error)}`);
    }
    for (const { rule, message } of analysis?.failures ?? []) {
      this.connection.console.error(`${uri}: rule ${rule} failed: ${message}`);
    }
    return { ...terms, uri, version, text, lines: new LineIndex(text), analysis };
  }

  #sourceOf(uri: string, languageId: string, text: string): Source {
    const dialect = Object.hasOwn(DIALECTS, languageId) ? DIALECTS[languageId] : undefined;
    const named = Object.hasOwn(CARRIERS, languageId) ? CARRIERS[languageId] : carrierOf(uri);
    const carrier = dialect ? undefined : named;
    const file = this.client.trustsWorkspace ? pathOf(uri) : undefined;
    return {
      uri,
      text,
      ...(dialect ? { dialect } : {}),
      ...(carrier ? { carrier } : {}),
      ...(file === undefined ? {} : { readSibling: siblingsOf(file) }),
    };
  }
}

/** What is done at each keystroke, by turns: the findings, as of a text never seen, and a list of completions. */
function practice(source: Source, settings: Settings): () => void {
  const { target, host } = settings;
  let round = 0;
  return () => {
    round++;
    if (round % 2 === 1) analyze(source, { ...settings });
    else complete({ source, offset: Math.floor(((round * STEP) % 1) * source.text.length), target, host });
  };
}

/** Spreads the places evenly over a text, however many there are. */
const STEP = 0.618;
