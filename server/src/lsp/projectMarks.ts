import { pathToFileURL } from 'node:url';
import type { ConfigProblem } from '../service/config.ts';
import { NO_HOST } from '../service/settings.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { toProblemDiagnostic } from './convert.ts';
import { describeMissing } from './hostProblems.ts';
import type { Hosts } from './hosts.ts';
import type { ProjectFile } from './projectFile.ts';
import type { Session } from './session.ts';

/** A file as it was read, which may be missing. */
interface Reading {
  readonly project: ProjectFile | undefined;
}

/**
 * Shows in the virtlens.json files what is wrong with them, and which profiles they name that are not there. That is
 * always published: a client asks only about the documents of our languages, and these files are read when they are
 * closed, too.
 */
export class ProjectMarks {
  readonly #session: Session;
  readonly #latest = new Map<string, Reading>();
  readonly #marked = new Set<string>();

  constructor(session: Session) {
    this.#session = session;
    session.projects.onRead = (file, project) => this.#start(file, project);
  }

  /** Looks again for the profiles that are named. */
  again(): void {
    for (const [file, { project }] of this.#latest) if (project) this.#start(file, project);
  }

  /** Takes back what is shown in files that are in no workspace folder any more. */
  clearOutside(): void {
    for (const file of this.#latest.keys()) {
      if (!this.#session.projects.holds(file)) this.#start(file, undefined);
    }
  }

  #start(file: string, project: ProjectFile | undefined): void {
    this.#session.inBackground(this.#mark(file, { project }));
  }

  async #mark(file: string, reading: Reading): Promise<void> {
    const { connection, hosts } = this.#session;
    this.#latest.set(file, reading);
    const { project } = reading;
    const problems = project ? [...project.problems, ...(await missingHosts(project, hosts))] : [];
    // It was read anew meanwhile.
    if (this.#latest.get(file) !== reading) return;
    if (problems.length === 0 && !this.#marked.delete(file)) return;
    if (problems.length > 0) this.#marked.add(file);
    const lines = new LineIndex(project?.text ?? '');
    const diagnostics = problems.map((problem) => toProblemDiagnostic(lines, problem));
    await connection.sendDiagnostics({ uri: pathToFileURL(file).href, diagnostics });
  }
}

/** The host profiles that a project names and that cannot be read, each where its name stands. */
async function missingHosts(project: ProjectFile, hosts: Hosts): Promise<ConfigProblem[]> {
  const named = project.hosts.filter(({ profile }) => profile !== NO_HOST);
  const problems = named.map(async ({ profile, at }) => {
    const host = await hosts.findMissing(profile, project.folder);
    return host ? [{ at, message: describeMissing(host) }] : [];
  });
  return (await Promise.all(problems)).flat();
}
