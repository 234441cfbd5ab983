import * as fs from 'node:fs';
import * as path from 'node:path';
import { formatProfile } from '../host/format.ts';
import { assemble, type DocumentKind, type HostDocument } from '../host/import/assemble.ts';
import { describeConflict } from '../host/merge.ts';
import { readProfile } from '../host/read.ts';
import type { ImportOptions } from './hostArguments.ts';
import { FileTrouble, systemMessage } from './problem.ts';
import { readNamed } from './read.ts';
import type { Output } from './report.ts';

/** More files than these are no folder of devices. */
const FOLDER_LIMIT = 10_000;

/**
 * Makes a profile of saved outputs of programs, and tells what is wrong with them, on what they disagree and what
 * they leave open.
 * @returns the text of the profile, undefined where no document knows enough for one; `sound` tells whether all of
 * the documents could be read and do not contradict themselves.
 */
export function importProfile(
  { documents: named, label }: ImportOptions,
  trouble: Output,
): { text: string | undefined; sound: boolean; isGuest: boolean } {
  const documents: HostDocument[] = [];
  let sound = true;
  for (const { kind, path: given } of named) {
    try {
      documents.push(...readDocuments(kind, given));
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      trouble(`${given}: error: ${error.message}\n`);
      sound = false;
    }
  }
  const { profile, problems, conflicts, gaps } = assemble(documents, label);
  for (const { file, line, severity, message } of problems) {
    trouble(`${line === undefined ? file : `${file}:${line}`}: ${severity}: ${message}\n`);
    if (severity === 'error') sound = false;
  }
  for (const conflict of conflicts) trouble(`conflict: ${describeConflict(conflict)}\n`);
  for (const gap of gaps) trouble(`gap: ${gap}\n`);
  if (!profile) {
    trouble('error: without nodes there is no profile: nothing is written\n');
    return { text: undefined, sound: false, isGuest: false };
  }
  const text = formatProfile(profile);
  const read = readProfile(text);
  if ('problems' in read) {
    sound = false;
    for (const { message } of read.problems)
      trouble(`error: the documents contradict themselves: ${message}\n`);
  }
  return { text, sound, isGuest: profile.isGuest === true };
}

/** @throws FileTrouble */
function readDocuments(kind: DocumentKind, given: string): HostDocument[] {
  const shown = given.replaceAll(path.sep, '/');
  if (kind !== 'nodedev' || !fs.statSync(given, { throwIfNoEntry: false })?.isDirectory()) {
    return [{ kind, file: shown, text: readNamed(given, false).text }];
  }
  const files = listXml(given);
  if (files.length === 0) {
    throw new FileTrouble(
      'missing',
      'holds no *.xml: save the output of virsh nodedev-dumpxml in such files',
    );
  }
  if (files.length > FOLDER_LIMIT) {
    throw new FileTrouble(
      'too-large',
      `holds more than ${FOLDER_LIMIT} files: give a folder of devices only`,
    );
  }
  return files.map((name) => {
    const { text } = readNamed(path.join(given, name), false);
    return { kind, file: `${shown.replace(/\/$/, '')}/${name}`, text };
  });
}

function listXml(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.xml'))
      .sort();
  } catch (error) {
    throw new FileTrouble('unreadable', `cannot be read: ${systemMessage(error)}`);
  }
}
