// Starts the fetched VS Code as a server on localhost, with a user of its own and the settings of a quiet machine.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defer } from './cleanup.mjs';
import { run } from './process.mjs';

const startLimit = 30_000; // ms

const settings = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * The environment of the server: no extension gallery to ask, nothing inherited from an editor or npm around us, and sockets
 * and temporary files in its own `folder`, to be removed with it.
 */
function serverEnvironment(folder, extra) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS|XDG_RUNTIME_DIR|npm_)/.test(name),
  );
  const gallery = { serviceUrl: '', itemUrl: '', resourceUrlTemplate: '', controlUrl: '', nlsBaseUrl: '' };
  return {
    ...Object.fromEntries(inherited),
    EXTENSIONS_GALLERY: JSON.stringify(gallery),
    TMPDIR: folder,
    ...extra,
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Installs a packaged extension. The exit status alone is not enough: some failures are only printed. */
async function installExtension(editor, common, env, vsix) {
  const lines = [];
  const args = [...common, '--install-extension', vsix, '--force'];
  const status = await run(editor.node, args, { env, onLine: (line) => lines.push(line) });
  if (status !== 0 || lines.some((line) => /failed/i.test(line))) {
    throw new Error(`the editor did not install ${path.basename(vsix)}:\n${lines.join('\n')}`);
  }
}

/**
 * Starts the editor (from ensureEditor) as a server on a free port of localhost.
 *
 * folder: keeps the server's data, must be new; vsix: package to install first; args, env: more of either for the server, and env
 * reaches the extension host too; port: instead of a free one.
 *
 * Returns { authority, url, log, ended, stop }: host and port, address of the server, function that returns what the server
 * has printed, promise of its end, and function that ends it with all its processes.
 */
export async function startWorkbench(editor, { folder, vsix, args = [], env = {}, port }) {
  // The workbench in a browser reads the user's settings, the extension host on the server the machine's.
  for (const kind of ['User', 'Machine']) {
    const target = path.join(folder, 'data', kind);
    fs.mkdirSync(target, { recursive: true });
    fs.writeFileSync(path.join(target, 'settings.json'), JSON.stringify(settings, null, 2));
  }
  const childEnv = serverEnvironment(folder, env);
  const common = [
    editor.main,
    '--accept-server-license-terms',
    '--server-data-dir',
    folder,
    '--telemetry-level',
    'off',
  ];
  if (vsix) await installExtension(editor, common, childEnv, vsix);

  const chosenPort = port ?? (await freePort());
  const child = spawn(
    editor.node,
    [...common, '--host', '127.0.0.1', '--port', String(chosenPort), '--without-connection-token', ...args],
    // A process group of its own, so that extension hosts, language servers and terminals end with it.
    { env: childEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      log += text;
    });
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = defer(() => killGroup(child.pid));
  const stop = async () => {
    kill();
    await ended;
  };

  const deadline = Date.now() + startLimit;
  while (!(await answers(chosenPort))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`the editor's server did not start:\n${log}`);
    }
    await delay(100);
  }
  // Not 127.0.0.1: webviews need a secure context, and their service worker checks the host name.
  const authority = `localhost:${chosenPort}`;
  return { authority, url: `http://${authority}`, log: () => log, ended, stop };
}

/** Ends a process group at once. Its data folder is thrown away, so there is nothing to save. */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // already gone
  }
}

async function answers(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/version`)).ok;
  } catch {
    return false; // not listening yet
  }
}

/** The address by which the workbench knows a file or folder of the server. */
export const remoteUri = (workbench, file) => `vscode-remote://${workbench.authority}${encodeURI(file)}`;

/**
 * Address of the workbench on a folder, or on a workspace file if `place` ends in .code-workspace. `payload` is a list of
 * [key, value] pairs of the web workbench, such as ['openFile', remoteUri(…)].
 */
export function workbenchUrl(workbench, place, payload = []) {
  const url = new URL(workbench.url);
  url.searchParams.set(place.endsWith('.code-workspace') ? 'workspace' : 'folder', place);
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
