// Programs of the command line, the start of the process included: ours, and the peers that are installed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { scratchFolder } from '../cleanup.mjs';
import { root } from '../project.mjs';
import { mixed } from './documents.mjs';
import { summarize, time } from './statistics.mjs';

const cli = [process.execPath, path.join(root, 'dist', 'cli.js')];
export const server = [process.execPath, path.join(root, 'dist', 'server.js'), '--stdio'];

/** Where distributions put libvirt's schema. */
const SCHEMAS = ['/usr/share', '/usr/local/share', '/opt/homebrew/share'].map(
  (folder) => `${folder}/libvirt/schemas/domain.rng`,
);
const schema = SCHEMAS.find((file) => fs.existsSync(file));

/** Peers for one language: how they are called, and how they tell their version. They all find something other than we do. */
const PEERS = [
  { name: 'xmllint --noout', language: 'xml', command: ['xmllint', '--noout'] },
  {
    name: 'xmllint --relaxng',
    language: 'xml',
    command: ['xmllint', '--noout', '--relaxng', schema],
    needs: schema,
  },
  { name: 'virt-xml-validate', language: 'xml', command: ['virt-xml-validate'], single: true },
  { name: 'jing', language: 'xml', command: ['jing', schema], needs: schema },
  { name: 'bash -n', language: 'shellscript', command: ['bash', '-n'], single: true },
  { name: 'shellcheck', language: 'shellscript', command: ['shellcheck'] },
];

/** Language servers for the same languages, and how they are started. */
const SERVERS = [
  { name: 'bash-language-server', language: 'shellscript', command: ['bash-language-server', 'start'] },
  { name: 'lemminx', language: 'xml', command: ['lemminx'] },
];

const runs = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).error === undefined;
const isInstalled = ({ command: [program], ...peer }) =>
  (!('needs' in peer) || peer.needs !== undefined) && runs(program, ['--version']);

/** { commands, servers, missing }: the peers that are installed, and the names of the others. */
export function findPeers() {
  const all = [...PEERS, ...SERVERS];
  const there = new Set(all.filter(isInstalled));
  return {
    commands: PEERS.filter((peer) => there.has(peer)),
    servers: SERVERS.filter((peer) => there.has(peer)),
    missing: all.filter((peer) => !there.has(peer)).map(({ name }) => name),
  };
}

/** The first line in which a program tells its version. */
export function versionOf([program]) {
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return /^.*\d.*$/m.exec(`${stdout}\n${stderr}`)?.[0].trim() ?? 'of an unknown version';
}

/** Runs a program to its end, whatever it finds. @throws where it cannot be started */
function execute([program, ...args]) {
  const { error } = spawnSync(program, args, { stdio: 'ignore' });
  if (error) throw error;
}

/** A folder with the given files, { name, text }. */
function folderOf(files) {
  const folder = scratchFolder();
  for (const { name, text } of files) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

const suffixes = { xml: '.xml', shellscript: '.sh' };

/** The wall time of checking one document: of ours, of the peers for its language, and of a Node.js that does nothing. */
export function singleFile(document, peers, rounds) {
  const name = `document${suffixes[document.language]}`;
  const file = path.join(folderOf([{ name, text: document.text }]), name);
  const measure = (command) => time(() => execute(command), { rounds, warmUp: 1 });
  return [
    { name: 'node -e 0', ...measure([process.execPath, '-e', '0']) },
    { name: 'virtlens check', ...measure([...cli, 'check', file]) },
    ...peers
      .filter(({ language }) => language === document.language)
      .map((peer) => ({ name: peer.name, ...measure([...peer.command, file]) })),
  ];
}

/** Files per second over a folder of generated files, of ours and of the peers that take many files at once. */
export function manyFiles(count, peers, rounds) {
  const files = mixed(count);
  const folder = folderOf(files);
  const ours = { name: 'virtlens check', ...checkFolder(folder, rounds) };
  const theirs = peers
    .filter(({ single }) => !single)
    .map((peer) => {
      const own = files.filter((file) => file.name.endsWith(suffixes[peer.language])).slice(0, PEER_FILES);
      return peerOver(
        peer,
        own.map((file) => path.join(folder, file.name)),
        rounds,
      );
    });
  return [ours, ...theirs];
}

function peerOver({ name, command }, paths, rounds) {
  const { p50 } = time(() => execute([...command, ...paths]), { rounds });
  return { name, files: paths.length, milliseconds: p50, perSecond: (paths.length / p50) * 1000 };
}

/** Files per second of who validates domains, over the same documents as ours; undefined where it is not installed. */
export function validatorOver(documents, peers, rounds) {
  const peer = peers.find(({ name }) => name === 'xmllint --relaxng');
  if (!peer) return undefined;
  const folder = folderOf(documents);
  return peerOver(
    peer,
    documents.map(({ name }) => path.join(folder, name)),
    rounds,
  );
}

/** Some of them take seconds for a hundred. */
const PEER_FILES = 100;

/** Files per second over a folder: those that concern us, which are all that are analysed. */
export function checkFolder(folder, rounds) {
  const command = [...cli, 'check', '--format', 'concise', '--fail-on', 'never', folder];
  let files = 0;
  const milliseconds = summarize(
    Array.from({ length: rounds }, () => {
      const start = performance.now();
      const { stdout } = spawnSync(command[0], command.slice(1), { encoding: 'utf8', maxBuffer: 2 ** 30 });
      const wall = performance.now() - start;
      files = Number(/ in (\d+) files? \(/.exec(stdout)[1]);
      return wall;
    }),
  ).p50;
  return { files, milliseconds, perSecond: (files / milliseconds) * 1000 };
}
