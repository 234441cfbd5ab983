import { createRequire } from 'node:module';
import * as path from 'node:path';

/**
 * Serves an editor until it hangs up. The server is a bundle of its own beside this one, so that the command line
 * tool starts without it; it finds `--stdio` among the arguments of the process. It is required and not imported: code
 * that was kept from an earlier start no longer knows who imports for it.
 */
export function serve(): void {
  const beside = path.join(__dirname, 'server.js');
  createRequire(beside)(beside);
}
