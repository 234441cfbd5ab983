import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Serves an editor until it hangs up. The server is a bundle of its own beside this one, so that the command line
 * tool starts without it; it finds `--stdio` among the arguments of the process.
 */
export async function serve(): Promise<void> {
  await import(pathToFileURL(path.join(__dirname, 'server.js')).href);
}
