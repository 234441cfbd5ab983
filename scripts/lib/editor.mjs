// A real VS Code out of npm packages: no download site but the npm registry, no display, no Electron.
//
//   code-server     its lib/vscode is a stock build of VS Code's server and web workbench; out/server-main.js is run directly
//   node-<os>-<cpu> the Node.js which that build needs; the project itself may stay on an older one
//
// VIRTLENS_CODE_SERVER and VIRTLENS_NODE choose other versions of the two: 4.93.1 and 20.15.1 give the oldest supported editor.
import fs from 'node:fs';
import path from 'node:path';
import { cacheRoot, fetchOnce, npmFetch, Unavailable } from './cache.mjs';
import { say, withProgress } from './console.mjs';
import { run } from './process.mjs';

const codeServerVersion = process.env.VIRTLENS_CODE_SERVER ?? '4.139.1';
const nodeVersion = process.env.VIRTLENS_NODE ?? '24.21.0';

/** code-server 4.N.P holds VS Code 1.N.P. */
const editorVersion = codeServerVersion.replace(/^4\./, '1.');

// Dependencies of VS Code's server which no language extension touches (assistants, dev containers, ssh, kerberos, sqlite):
// half of the download.
const dropped = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'ssh2',
];

const replacements = path.join(import.meta.dirname, 'replacements');

// Native modules are not built, and the server starts without them. Two get a stand-in: the watchdog, whose absence costs a page
// of complaints per process, and the log, because an extension's output is shown from its file.
const standIns = { 'native-watchdog': 'watchdogStandIn.cjs', spdlog: 'spdlogStandIn.cjs' };

/**
 * Returns { node, main }: the executable and the entry point of VS Code's server. The first call fetches them (about 150 MB)
 * and shows its progress. Throws Unavailable where they cannot be had.
 */
export async function ensureEditor() {
  const platform = `${process.platform}-${process.arch}`;
  if (!/^(linux|darwin)-(x64|arm64)$/.test(platform)) {
    throw new Unavailable(`the fetched editor runs on Linux and macOS, this is ${platform}`);
  }
  const nodePackage = `node-${platform}`;
  const folder = await fetchOnce(
    `vscode-${editorVersion}-node-${nodeVersion}-${platform}`,
    async (target) => {
      say(`fetching VS Code ${editorVersion}, once, about 150 MB, into ${cacheRoot}`);
      await withProgress(`1 of 3: Node.js ${nodeVersion} (50 MB)`, () =>
        npmFetch(['install', '--no-save', '--no-package-lock', `${nodePackage}@${nodeVersion}`], target),
      );
      await withProgress('2 of 3: the editor (45 MB)', () => fetchServer(target));
      await withProgress('3 of 3: the packages it uses', (note) =>
        // 'npm ci' refuses the shrinkwrap file that code-server ships; 'npm install' follows it. VS Code uses beta versions
        // that no peer range admits, and is itself built with --legacy-peer-deps.
        npmFetch(
          ['install', '--omit=dev', '--no-save', '--legacy-peer-deps'],
          path.join(target, 'vscode'),
          note,
        ),
      );
      for (const [name, source] of Object.entries(standIns)) {
        const file = path.join(target, 'vscode', 'node_modules', '@vscode', name, 'index.js');
        if (fs.existsSync(file)) fs.copyFileSync(path.join(replacements, source), file);
      }
    },
  );
  return {
    node: path.join(folder, 'node_modules', nodePackage, 'bin', 'node'),
    main: path.join(folder, 'vscode', 'out', 'server-main.js'),
  };
}

/** Unpacks VS Code's server from the code-server package into `target`/vscode, without the dropped parts. */
async function fetchServer(target) {
  await npmFetch(['pack', `code-server@${codeServerVersion}`], target); // npm checks the registry's sha512
  const archive = path.join(target, `code-server-${codeServerVersion}.tgz`);
  const vscode = path.join(target, 'vscode');
  fs.mkdirSync(vscode);
  const status = await run('tar', [
    '-xzf',
    archive,
    '-C',
    vscode,
    '--strip-components=3',
    'package/lib/vscode',
  ]);
  if (status !== 0) throw new Error('tar could not unpack code-server');
  fs.rmSync(archive);

  const manifestFile = path.join(vscode, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  for (const name of dropped) {
    delete manifest.dependencies?.[name];
    delete manifest.optionalDependencies?.[name];
  }
  fs.writeFileSync(manifestFile, JSON.stringify(manifest, null, 1));
  fs.rmSync(path.join(vscode, 'extensions', 'copilot'), { recursive: true, force: true });

  const main = path.join(vscode, 'out', 'server-main.js');
  if (/module\.exports\.loadCodeWithNls/.test(fs.readFileSync(main, 'utf8'))) {
    fs.renameSync(main, path.join(path.dirname(main), 'server-code.js'));
    fs.copyFileSync(path.join(replacements, 'oldServerMain.cjs'), main);
  }
}
