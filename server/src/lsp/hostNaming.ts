import { NO_HOST } from '../service/settings.ts';
import type { ProfileSearch } from './profileSearch.ts';
import type { ProjectFile } from './projectFile.ts';

/** Which host profile counts for a document. */
export interface HostNaming {
  /** A path, or the name of a reference profile; undefined for none. */
  readonly profile: string | undefined;
  /** Where the path begins. */
  readonly folder: string | undefined;
  /**
   * How many profiles the workspace folder has among which nobody has chosen: a single one counts by itself, and of
   * several none is guessed. 0 where a profile was chosen, or none.
   */
  readonly unchosen: number;
  /** The virtlens.json names it, where trouble with it is marked. */
  readonly isOfProject: boolean;
}

/** Who may name a profile for a document, and where the others lie. */
interface Naming {
  /** The virtlens.json that counts for the document. */
  readonly project: ProjectFile | undefined;
  /** The document's path. */
  readonly file: string | undefined;
  /** What the client's settings name. */
  readonly fromSettings: string | undefined;
  /** The workspace folder of the document. */
  readonly root: string | undefined;
  readonly search: ProfileSearch;
}

/** Finds the profile that virtlens.json names, else that of the settings, else the only one of the workspace folder. */
export async function nameHost({ project, file, fromSettings, root, search }: Naming): Promise<HostNaming> {
  const fromProject = file === undefined ? undefined : project?.hostOf(file);
  const chosen = fromProject?.profile ?? fromSettings;
  if (chosen !== undefined) {
    const folder = fromProject ? project?.folder : root;
    const profile = chosen === NO_HOST ? undefined : chosen;
    return { profile, folder, unchosen: 0, isOfProject: fromProject !== undefined };
  }
  const found = root === undefined ? [] : await search.in(root);
  const profile = found.length === 1 ? found[0] : undefined;
  return { profile, folder: root, unchosen: found.length, isOfProject: false };
}
