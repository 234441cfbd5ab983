import * as fs from 'node:fs';
import * as path from 'node:path';
import { profilesFolder, referenceNames, referenceProfile } from '../lsp/referenceProfiles.ts';
import type { CaptureOptions, HostCommand, ImportOptions } from './hostArguments.ts';
import { FileTrouble, systemMessage } from './problem.ts';
import type { Output } from './report.ts';

/**
 * Runs `virtlens host`.
 * @returns false where what it came to is not worth using.
 * @throws FileTrouble
 */
export async function hostCommand(
  command: Extract<HostCommand, { name: 'host' }>,
  output: Output,
  trouble: Output,
): Promise<boolean> {
  switch (command.action) {
    case 'list':
      listProfiles(output);
      return true;
    case 'print-script':
      output(fs.readFileSync(path.join(profilesFolder(), 'capture.sh'), 'utf8'));
      return true;
    case 'capture':
      return capture(command.options, output, trouble);
    case 'import':
      return importDocuments(command.options, output, trouble);
  }
}

/** The reference profiles with what they are, one a line. */
function listProfiles(output: Output): void {
  const names = referenceNames();
  const longest = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const { label } = JSON.parse(fs.readFileSync(referenceProfile(name)!, 'utf8')) as { label: string };
    output(`${name.padEnd(longest)}  ${label}\n`);
  }
}

const GUEST_NOTE =
  'note: this machine is itself a guest: what it reports is what its own host has made up for it, ' +
  'so the profile is of use for guests in this guest only\n';

async function capture(options: CaptureOptions, output: Output, trouble: Output): Promise<boolean> {
  if (!fs.existsSync(path.join(options.root, 'sys/devices/system/cpu'))) {
    throw new FileTrouble(
      'missing',
      `${options.root} holds no sys/devices/system/cpu: capture reads Linux only`,
    );
  }
  const { captureProfile } = await import('../lsp/captureProfile.ts');
  const { text, isGuest } = captureProfile(options, new Date());
  if (options.output === undefined) output(text);
  else write(options.output, text);
  if (isGuest) trouble(GUEST_NOTE);
  return true;
}

async function importDocuments(options: ImportOptions, output: Output, trouble: Output): Promise<boolean> {
  const { importProfile } = await import('./hostImport.ts');
  const { text, sound, isGuest } = importProfile(options, trouble);
  if (text === undefined) return false;
  if (options.output === undefined) output(text);
  else write(options.output, text);
  if (isGuest) trouble(GUEST_NOTE);
  return sound;
}

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    throw new FileTrouble('unwritable', `${file} cannot be written: ${systemMessage(error)}`);
  }
}
