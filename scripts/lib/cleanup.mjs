// Nothing stays behind: what a script starts or writes outside the project is undone when it ends, also by Ctrl+C.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const pending = new Set();

/**
 * Registers a synchronous `undo` that runs when the process ends. Returns a function that runs it at once instead; either way
 * it runs only once.
 */
export function defer(undo) {
  pending.add(undo);
  return () => {
    if (pending.delete(undo)) undo();
  };
}

process.on('exit', () => {
  for (const undo of [...pending].reverse()) {
    pending.delete(undo);
    try {
      undo();
    } catch (error) {
      // The rest still has to be undone.
      console.error(`cleaning up: ${error.message}`);
    }
  }
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
}

/** Removes a folder that a process may still be writing its last log lines into. */
export function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Makes a folder for one run, outside the project; it is gone when the process ends. */
export function scratchFolder() {
  // The editor puts sockets into it, whose paths may have 104 characters; the temporary folder of macOS takes most of them.
  const parent = process.platform === 'darwin' ? '/private/tmp' : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent, 'virtlens-'));
  defer(() => removeFolder(folder));
  return folder;
}
