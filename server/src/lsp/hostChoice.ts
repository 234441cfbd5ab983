import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TextEdit } from '../text/edit.ts';
import { type JsonPlace, locateJson, placeKey } from '../text/jsonPlaces.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { toRange } from './convert.ts';
import type { HostChoice } from './messages.ts';
import type { ProjectFile } from './projectFile.ts';
import { isWithin } from './projects.ts';

/**
 * What makes a profile the one that counts. Where the project's file names a host, that counts for more than any
 * setting and is shared with everybody who has the project: the choice goes there. Otherwise it becomes a setting, and
 * no file of the project is touched. To have no profile at all, neither may name one.
 * @param profile the absolute path of a file, or the name of a reference profile; undefined for none
 * @param project the virtlens.json that counts for the document, as it is on disk
 * @param root the workspace's folder, where it has a single one: from there the setting's path begins, in every document
 */
export function chooseHost(
  profile: string | undefined,
  project: ProjectFile | undefined,
  root: string | undefined,
): HostChoice {
  const place = project && locateJson(project.text).places.get(placeKey(['host']));
  if (!place) return { setting: profile === undefined ? '' : settingFor(profile, root) };
  const { range, newText } =
    profile === undefined ? removal(project.text, place) : change(profile, project, place);
  const inProject = {
    uri: pathToFileURL(project.path).href,
    range: toRange(new LineIndex(project.text), range),
    newText,
  };
  return profile === undefined ? { project: inProject, setting: '' } : { project: inProject };
}

/** A path within the folder reads the same on every machine; one out of it would not stay right. */
function settingFor(profile: string, root: string | undefined): string {
  if (!path.isAbsolute(profile) || root === undefined || !isWithin(root, profile)) return profile;
  return slashed(path.relative(root, profile));
}

function change(profile: string, project: ProjectFile, { value }: JsonPlace): TextEdit {
  const named = path.isAbsolute(profile) ? path.relative(path.dirname(project.path), profile) : profile;
  return { range: value, newText: JSON.stringify(slashed(named)) };
}

/** Takes a member out of its object, with one of the commas beside it. */
function removal(text: string, { key, value }: JsonPlace): TextEdit {
  const after = /^\s*,\s*/.exec(text.slice(value.end))?.[0] ?? '';
  const before = after === '' ? (/\s*,\s*$/.exec(text.slice(0, key.start))?.[0] ?? '') : '';
  return { range: { start: key.start - before.length, end: value.end + after.length }, newText: '' };
}

const slashed = (file: string): string => file.replaceAll(path.sep, '/');
