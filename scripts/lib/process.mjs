// Child processes: started asynchronously, so that progress and Ctrl+C work meanwhile, and ended with the script.
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { defer } from './cleanup.mjs';

/**
 * Runs a program to its end. `onLine` receives every line of both outputs; without it they go to this process's own.
 * Returns the exit status (1 if a signal ended it). Throws only when the program cannot be started.
 */
export function run(command, args, { onLine, ...options } = {}) {
  const stdio = onLine ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const child = spawn(command, args, { stdio, ...options });
  const release = defer(() => child.kill());
  if (onLine) {
    for (const stream of [child.stdout, child.stderr])
      readline.createInterface({ input: stream }).on('line', onLine);
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  }).finally(release);
}

/** Runs one of the project's own scripts with the Node.js this process runs on. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** Runs the user's npm, with whatever registry, proxy and credentials it is configured for. */
export const runNpm = (args, options) =>
  run('npm', args, { shell: process.platform === 'win32', ...options });
