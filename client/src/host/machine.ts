import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { PROFILE_SUFFIX } from '../../../server/src/lsp/messages.ts';

/** What the user is asked before a machine is taken for the one below the guests. */
export interface Question {
  readonly message: string;
  readonly detail: string;
}

/** The editor's names for remotes that are containers. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'attached-container',
  'codespaces',
  'dev-container',
  'k8s-container',
]);

/**
 * What to ask before the machine is captured on which the extension runs.
 * @param remoteName as `vscode.env` tells it
 * @returns undefined where it is the machine that the user sits at
 */
export function questionBefore(remoteName: string | undefined, isContainer: boolean): Question | undefined {
  if (remoteName === 'wsl') {
    return {
      message: 'Capture the virtual machine in which Windows runs this Linux?',
      detail: 'That is where WSL runs. Guests that are started anywhere else are on another machine.',
    };
  }
  if (isContainer || (remoteName !== undefined && CONTAINERS.has(remoteName))) {
    return {
      message: 'Capture the machine that runs this container?',
      detail:
        'The editor works in a container, often on a machine for builds. Is it the one that runs the guests?',
    };
  }
  if (remoteName === undefined) return undefined;
  return {
    message: 'Capture the machine that this window is connected to?',
    detail: `The editor works on another machine (${remoteName}). Is it the one that runs the guests?`,
  };
}

/** For a machine that says of itself that it is virtual. */
export const GUEST_QUESTION: Question = {
  message: 'This machine is itself a guest.',
  detail:
    'Its nodes, CPUs and devices are what its own host has made up for it. ' +
    'The profile is of use for guests within this guest only.',
};

/** What container engines leave behind: Docker, Podman, and whatever starts systemd inside. */
const MARKS = ['.dockerenv', 'run/.containerenv', 'run/systemd/container'];

/** Whether the files of a system, below `root`, are those of a container. */
export async function isContainer(root = '/'): Promise<boolean> {
  const exists = (file: string): Promise<boolean> =>
    fs.access(path.join(root, file)).then(
      () => true,
      () => false,
    );
  return (await Promise.all(MARKS.map(exists))).includes(true);
}

/** The path that a profile gets: by its suffix, editors know what it is. Dialogs add only the last part of it. */
export const withSuffix = (file: string): string =>
  file.endsWith(PROFILE_SUFFIX) ? file : file.replace(/(\.hostprofile)?(\.json)?$/, '') + PROFILE_SUFFIX;
