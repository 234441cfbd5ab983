import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { NO_HOST } from '../service/settings.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { toRange } from './convert.ts';
import type { HostChoice } from './messages.ts';
import type { ProjectFile } from './projectFile.ts';
import { isWithin } from './projects.ts';

/**
 * What makes a profile the one that counts. Where the project's file names a host for the document, that counts for more
 * than any setting and is shared with everybody who has the project: the choice goes there. Otherwise it becomes a
 * setting, and no file of the project is touched. To have none is a choice as well: otherwise the only profile of a
 * folder would come back by itself.
 * @param profile the absolute path of a file, or the name of a reference profile; undefined for none
 * @param project the virtlens.json that counts for the document, as it is on disk
 * @param file the document's path
 * @param root the workspace's folder, where it has a single one: from there the setting's path begins, in every document
 */
export function chooseHost(
  profile: string | undefined,
  project: ProjectFile | undefined,
  file: string | undefined,
  root: string | undefined,
): HostChoice {
  const named = file === undefined ? undefined : project?.hostOf(file);
  const chosen = profile ?? NO_HOST;
  if (!project || !named) return { setting: pathFrom(root, chosen) };
  return {
    project: {
      uri: pathToFileURL(project.path).href,
      range: toRange(new LineIndex(project.text), named.at),
      newText: JSON.stringify(
        path.isAbsolute(chosen) ? slashed(path.relative(project.folder, chosen)) : chosen,
      ),
    },
  };
}

/** A path within the folder reads the same on every machine; one out of it would not stay right. */
function pathFrom(root: string | undefined, profile: string): string {
  if (!path.isAbsolute(profile) || root === undefined || !isWithin(root, profile)) return profile;
  return slashed(path.relative(root, profile));
}

const slashed = (file: string): string => file.replaceAll(path.sep, '/');
