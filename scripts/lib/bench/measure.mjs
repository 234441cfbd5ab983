// The whole benchmark: what is measured, how often, and in which order. One thing at a time, each alone on the machine.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../project.mjs';
import { analysisTime, growth, loadService, ruleTimes, throughput } from './analysis.mjs';
import {
  checkFolder,
  findPeers,
  manyFiles,
  server,
  singleFile,
  validatorOver,
  versionOf,
} from './commands.mjs';
import { edited, growing, manyDomains, manyScripts } from './documents.mjs';
import { replay } from './keystrokes.mjs';
import { memory, startUp } from './lifetime.mjs';
import { load, machine, sizes } from './machine.mjs';
import { requestTimes } from './requests.mjs';

/** How much of everything. */
const FULL = { keystrokes: 600, edits: 20, rounds: 200, processes: 20, files: 1000, folders: 3 };
const QUICK = { keystrokes: 40, edits: 2, rounds: 5, processes: 2, files: 50, folders: 1 };

/** Fast typing, and a burst such as a held key or a paste by a tool. */
const SPACINGS = [150, 10];

/** Slow enough for servers that wait until the typing stops. */
const PAUSE = 1000;

/** The machine with the most in it. */
const ON_A_HOST = { hostProfile: path.join(root, 'profiles', 'hgx-h100.hostprofile.json') };

/** Other projects' files, where they are at hand; see test/lib/shared.ts. */
const corpus = process.env.VIRTLENS_CORPUS ?? path.join(root, '..', 'shared', 'corpus');

/**
 * Measures everything.
 * @param quick a little of everything
 * @param say tells of progress
 * @returns what report() takes
 */
export async function measure(quick, say) {
  const much = quick ? QUICK : FULL;
  const documents = edited();
  const peers = findPeers();
  const results = { quick, machine: machine(), loadBefore: load(), documents };

  say('analysis in process');
  const service = await loadService();
  results.analysis = documents.map((document) => ({
    document,
    ...analysisTime(service, document, much.rounds),
  }));
  results.rules = ruleTimes(service, documents, Math.ceil(much.rounds / 4));
  results.growth = growing().map((pair) => growth(service, pair, Math.ceil(much.rounds / 10)));

  results.throughput = throughputs(service, peers.commands, much);

  say('start and memory of the server');
  results.startUp = await startUp(server, documents[0], much.processes);
  results.memory = await memory(server, documents.slice(0, 2), 50);

  say('the command line, and its peers');
  results.single = documents.map((document) => ({
    document,
    commands: singleFile(document, peers.commands, much.processes),
  }));
  results.many = manyFiles(much.files, peers.commands, much.folders);
  if (fs.existsSync(corpus)) results.corpus = checkFolder(corpus, much.folders);

  say('single edits, and the peers that are servers');
  const edits = { mode: 'told', spacing: PAUSE, keystrokes: much.edits };
  results.edits = [];
  for (const { name, command } of [{ name: 'virtlens', command: server }, ...peers.servers]) {
    const { language } = peers.servers.find((peer) => peer.name === name) ?? {};
    for (const document of documents.filter((one) => !language || one.language === language)) {
      results.edits.push({ name, document, times: await replay(command, document, edits) });
    }
  }

  say('questions of who does not type');
  results.requests = [];
  for (const document of documents) {
    results.requests.push({ document, kinds: await requestTimes(server, document, much.rounds) });
  }

  results.typing = [];
  for (const spacing of quick ? [10] : SPACINGS) {
    for (const document of documents) {
      for (const mode of ['asks', 'told']) {
        say(`typing every ${spacing} ms: ${document.name}, ${mode}`);
        const times = await replay(server, document, { mode, spacing, keystrokes: much.keystrokes });
        results.typing.push({ document, spacing, mode, times });
      }
    }
  }
  for (const document of quick ? [] : documents) {
    say(`typing under a host profile: ${document.name}`);
    const run = { mode: 'told', spacing: SPACINGS[0], keystrokes: much.keystrokes, settings: ON_A_HOST };
    const times = await replay(server, document, run);
    results.typing.push({ document, spacing: run.spacing, mode: 'host', times });
  }
  results.sizes = sizes();
  results.peers = [...peers.commands, ...peers.servers].map(({ name, command }) => ({
    name,
    version: versionOf(command),
  }));
  results.missing = peers.missing;
  results.loadAfter = load();
  return results;
}

/** What one thread gets through that has warmed up: of ours, and of other projects' domains where they are at hand. */
function throughputs(service, peers, { files, folders }) {
  const rounds = 3 * folders;
  const kinds = [
    { name: 'domains, generated', documents: manyDomains(files / 2), isXml: true },
    {
      name: "domains, libvirt's own tests",
      documents: readDomains(path.join(corpus, 'libvirt-pos')),
      isXml: true,
    },
    { name: 'scripts, generated', documents: manyScripts(files / 2), isXml: false },
  ];
  return kinds
    .filter(({ documents }) => documents.length > 0)
    .map(({ name, documents, isXml }) => ({
      name,
      ...throughput(service, documents, rounds),
      validator: isXml ? validatorOver(documents, peers, folders) : undefined,
    }));
}

function readDomains(folder) {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.xml'));
  return names.map((name) => ({ name, text: fs.readFileSync(path.join(folder, name), 'utf8') }));
}
