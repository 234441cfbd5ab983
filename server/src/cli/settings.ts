import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Host } from '../host/host.ts';
import { type ProjectFile, parseProject } from '../lsp/projectFile.ts';
import { ProjectReader } from '../lsp/projectReader.ts';
import { DEFAULT_SETTINGS, NO_HOST, type Settings, withChoices } from '../service/settings.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { Range } from '../text/span.ts';
import type { CheckOptions } from './arguments.ts';
import { readHost } from './hostFile.ts';
import { FileTrouble, type Problem } from './problem.ts';
import { type FileText, readNamed } from './read.ts';

type Options = Pick<CheckOptions, 'config' | 'host' | 'preset' | 'target'>;

/**
 * Knows the settings of every file: those of the command line, which win, joined with those of the virtlens.json that
 * --config names, or else of the nearest one above the file in its repository.
 */
export class Choices {
  readonly #options: Options;
  readonly #tell: (problem: Problem) => void;
  readonly #reader = new ProjectReader();
  readonly #byFolder = new Map<string, Promise<ProjectFile | undefined>>();
  /** That of --config. */
  #named: ProjectFile | undefined;
  readonly #hosts = new Map<string, Promise<Host | undefined>>();
  /** Those of the project, and what they were made into last. */
  readonly #joined = new Map<Settings, Settings>();

  /**
   * Reads what the command line names.
   * @param tell called with everything that is wrong with a file of settings or a host profile, once. Where a profile is
   * wrong, files are checked without it.
   * @returns undefined where the file of --config is wrong: no file can be checked.
   */
  static async read(options: Options, tell: (problem: Problem) => void): Promise<Choices | undefined> {
    const choices = new Choices(options, tell);
    const { config, host } = options;
    if (config !== undefined && !(await choices.#readConfig(config))) return undefined;
    if (host !== undefined) await choices.#readHost(host, '.', tell);
    return choices;
  }

  private constructor(options: Options, tell: (problem: Problem) => void) {
    this.#options = options;
    this.#tell = tell;
    this.#reader.onRead = (_, project) => {
      if (project) this.#tellOf(project, shownPath(project.path));
    };
  }

  /**
   * @param file a path, or undefined for what is in no folder, which counts as a file of the current one.
   * @returns undefined where the virtlens.json of the file is wrong.
   */
  async of(file: string | undefined): Promise<Settings | undefined> {
    const project = await this.#projectOf(file);
    if (project && project.problems.length > 0) return undefined;
    const { preset, target } = this.#options;
    const ofProject = project?.settingsOver(DEFAULT_SETTINGS) ?? DEFAULT_SETTINGS;
    const host = await this.#hostFor(file, project);
    const known = this.#joined.get(ofProject);
    if (known && known.host === host) return known;
    const settings = { ...withChoices(ofProject, { rules: {}, preset, target }), host };
    this.#joined.set(ofProject, settings);
    return settings;
  }

  /** Whether a file that was found in a folder is left out. */
  async ignore(file: string): Promise<boolean> {
    return (await this.#projectOf(file))?.ignores(path.resolve(file)) === true;
  }

  #projectOf(file: string | undefined): Promise<ProjectFile | undefined> {
    if (this.#named) return Promise.resolve(this.#named);
    const folder = path.dirname(absolute(file));
    const known = this.#byFolder.get(folder);
    if (known) return known;
    const finding = this.#reader.nearest(absolute(file), isRepository);
    this.#byFolder.set(folder, finding);
    return finding;
  }

  async #readConfig(file: string): Promise<boolean> {
    const shown = file.replaceAll(path.sep, '/');
    let content: FileText;
    try {
      content = readNamed(file, false);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      this.#tell({ path: shown, kind: 'configuration', message: error.message });
      return false;
    }
    this.#named = await parseProject(path.resolve(file), content.text);
    this.#tellOf(this.#named, shown);
    return this.#named.problems.length === 0;
  }

  #tellOf({ text, problems }: ProjectFile, shown: string): void {
    for (const { at, message } of problems) {
      this.#tell({ path: shown, kind: 'configuration', message, at: placeIn(text, at) });
    }
  }

  async #hostFor(file: string | undefined, project: ProjectFile | undefined): Promise<Host | undefined> {
    const { host } = this.#options;
    if (host !== undefined) return this.#readHost(host, '.', this.#tell);
    const named = project?.hostOf(absolute(file));
    if (!project || !named) return undefined;
    return this.#readHost(named.profile, project.folder, (problem) => {
      // One that is not there has no place but that of its name.
      const { path: profile, kind, message } = problem;
      const atName = { path: shownPath(project.path), kind, at: placeIn(project.text, named.at) };
      this.#tell(problem.at ? problem : { ...atName, message: `${profile}: ${message}` });
    });
  }

  /** The profile of a name. One that is wrong is as good as none. */
  #readHost(named: string, folder: string, tell: (problem: Problem) => void): Promise<Host | undefined> {
    if (named === NO_HOST) return Promise.resolve(undefined);
    const file = path.resolve(folder, named);
    const known = this.#hosts.get(file);
    if (known) return known;
    const reading = readHost(named, folder).then((read) => {
      if ('host' in read) return read.host;
      for (const problem of read.problems) tell(problem);
      return undefined;
    });
    this.#hosts.set(file, reading);
    return reading;
  }
}

const placeIn = (text: string, { start }: Range): Required<Problem>['at'] => {
  const { line, character } = new LineIndex(text).positionAt(start);
  return { line: line + 1, column: character + 1 };
};

/** The name stands for all that have none; only a glob for every file meets it. */
const absolute = (file: string | undefined): string => path.resolve(file ?? '-');

const shownPath = (file: string): string => (path.relative('.', file) || file).replaceAll(path.sep, '/');

/** `.git` is a folder, or a file where the repository lies elsewhere. */
const isRepository = (folder: string): boolean => fs.existsSync(path.join(folder, '.git'));
