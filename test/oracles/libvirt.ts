import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Answer,
  cacheFolder,
  findProgram,
  isRoot,
  runProgram,
  unavailable,
  withScratch,
} from './process.ts';

/** libvirt's own schema of domains, where its packages put it. */
const SCHEMA = '/usr/share/libvirt/schemas/domain.rng';

const START_TIMEOUT_MS = 60_000;
const QUESTION_TIMEOUT_MS = 60_000;

/** A private libvirtd: its connection URI and how to end it. */
interface Daemon {
  readonly uri: string;
  readonly folder: string;
  readonly process: ChildProcess;
}

let daemon: Promise<Daemon | undefined> | undefined;

/** Why the daemon does not answer, in its own words. */
let failure = 'no libvirtd, virsh or unshare on this machine';

/** Questions wait for each other: two domains of one name may not be defined at a time. */
let queue: Promise<unknown> = Promise.resolve();

/** Whether a libvirtd of our own can be asked here (`askDefine`, `askNative`). */
export const available = (): boolean =>
  findProgram('libvirtd') !== undefined &&
  findProgram('virsh') !== undefined &&
  findProgram('unshare') !== undefined;

export const schemaAvailable = (): boolean => findProgram('xmllint') !== undefined && existsSync(SCHEMA);

/**
 * Starts the daemon, once; later calls wait for the same one. The other questions call it themselves.
 * Returns whether it answers.
 */
export async function startLibvirt(): Promise<boolean> {
  return (await answeringDaemon()) !== undefined;
}

async function answeringDaemon(): Promise<Daemon | undefined> {
  const known = await daemon;
  if (known !== undefined && hasEnded(known)) await stop(); // a domain may have crashed it
  daemon ??= available() ? launch() : Promise.resolve(undefined);
  return daemon;
}

const hasEnded = ({ process: child }: Daemon) => child.exitCode !== null || child.signalCode !== null;

/** Ends the daemon that this process started, and nothing else, and removes all it wrote. */
export async function stop(): Promise<void> {
  const running = await daemon;
  daemon = undefined;
  if (running !== undefined) await end(running);
}

/** Would `virsh define` take the domain? It is undefined again at once. */
export function askDefine(xml: string): Promise<Answer> {
  return ask(xml, async (virsh, file) => {
    const run = await virsh('define', file);
    if (run.status === 0) {
      const [, name] = /^Domain '?(.*?)'? defined from /m.exec(run.stdout) ?? [];
      const undefine = ['undefine', '--domain', name ?? ''];
      if ((await virsh(...undefine, '--nvram')).status !== 0) await virsh(...undefine);
    }
    return run;
  });
}

/**
 * Would the domain become a QEMU command line? This finds much of what only the start would refuse. Where it does, the
 * message is that command line.
 */
export async function askNative(xml: string): Promise<Answer> {
  return ask(xml, async (virsh, file) => {
    const run = await virsh('domxml-to-native', 'qemu-argv', '--xml', file);
    return run.status === 0 ? { ...run, stderr: run.stdout } : run;
  });
}

/** Does the XML fit libvirt's schema? Asks xmllint and needs no daemon. */
export async function askSchema(xml: string): Promise<Answer> {
  if (!schemaAvailable()) return unavailable('no xmllint or no libvirt schema on this machine');
  return withScratch(async (folder) => {
    const file = join(folder, 'domain.xml');
    writeFileSync(file, xml);
    const run = await runProgram('xmllint', ['--noout', '--relaxng', SCHEMA, file]);
    const message = run.stderr.replaceAll(file, 'domain.xml').trim();
    if (run.timedOut) return { verdict: 'timeout', message };
    // A valid document, too, brings a line on standard error, which says so.
    return run.status === 0 ? { verdict: 'accepted', message: '' } : { verdict: 'refused', message };
  });
}

type Virsh = (...args: readonly string[]) => ReturnType<typeof runProgram>;

async function ask(
  xml: string,
  question: (virsh: Virsh, file: string) => ReturnType<typeof runProgram>,
): Promise<Answer> {
  const answer = queue.then(async () => {
    const running = await answeringDaemon();
    if (running === undefined) return unavailable(failure);
    return withScratch(async (folder): Promise<Answer> => {
      const file = join(folder, 'domain.xml');
      writeFileSync(file, xml);
      const run = await question((...args) => virshAt(running.uri, args), file);
      const message = run.stderr.replace(/^error: (Failed to .*\n)?(error: )?/, '').trim();
      if (run.timedOut) return { verdict: 'timeout', message };
      if (run.status !== 0 && hasEnded(running)) return unavailable('libvirtd crashed at this domain');
      return { verdict: run.status === 0 ? 'accepted' : 'refused', message };
    });
  });
  queue = answer.catch(() => undefined);
  return answer;
}

const virshAt = (uri: string, args: readonly string[]) =>
  runProgram('virsh', ['-c', uri, ...args], {
    timeoutMs: QUESTION_TIMEOUT_MS,
    env: { ...process.env, LC_ALL: 'C' },
  });

async function launch(): Promise<Daemon | undefined> {
  // A socket's path has at most 107 characters: keep the folder's short.
  const folder = mkdtempSync(join(tmpdir(), 'vl-lv-'));
  for (const name of ['etc', 'var', 'run', 'huge', 'xdg/runtime']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }
  writeFileSync(join(folder, 'libvirtd.conf'), LIBVIRTD_CONF(folder));
  writeFileSync(join(folder, 'etc/qemu.conf'), QEMU_CONF);
  const running = isRoot() ? launchSystem(folder) : launchSession(folder);
  const lastResort = () => running.process.kill('SIGKILL');
  process.once('exit', lastResort);
  running.process.once('exit', () => process.off('exit', lastResort));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded(running)) {
    if ((await virshAt(running.uri, ['version'])).status === 0) return running;
    await delay(100);
  }
  failure = readFileSync(join(folder, 'out.log'), 'utf8').trim();
  await end(running);
  return undefined;
}

/**
 * As root: the system driver, in a mount namespace where its folders are ours. The machine's own libvirt, if any, is
 * not touched and its domains are not seen. A parent that lacks libvirt's folder is covered by one that has nothing else,
 * in that namespace only, so that nothing is made outside.
 */
function launchSystem(folder: string): Daemon {
  const script = `
    set -e
    folder=$1 cache=$2 daemon=$3
    cover() { # FOLDER PARENT OURS
      if [ -d "$1" ]; then mount --bind "$3" "$1"; return; fi
      mkdir -p "$folder/over$1"
      mount --bind "$3" "$folder/over$1"
      mount --rbind "$folder/over$2" "$2"
    }
    mount --bind "$folder/etc" /etc/libvirt
    cover /var/cache/libvirt /var/cache "$cache"
    cover /var/lib/libvirt /var/lib "$folder/var"
    cover /run/libvirt /run "$folder/run"
    # libvirt looks for huge pages in the list of mounts; it takes pages only when a guest starts, which none does here.
    for size in 2M 1G; do
      mkdir "$folder/huge/$size"
      mount -t hugetlbfs -o "pagesize=$size" none "$folder/huge/$size" || true
    done
    exec "$daemon" -f "$folder/libvirtd.conf" -p "$folder/pid"`;
  // What libvirt learnt of QEMU is kept from run to run: learning it takes nine seconds.
  const cache = cacheFolder('libvirt-capabilities');
  const shell = ['bash', '-c', script, 'bash', folder, cache, findProgram('libvirtd')!];
  return {
    uri: `qemu+unix:///system?socket=${folder}/run/libvirt-sock`,
    folder,
    process: spawnDaemon('unshare', ['-m', '--propagation', 'private', ...shell], folder, process.env),
  };
}

/** Not root: the session driver, with folders of its own. */
function launchSession(folder: string): Daemon {
  const xdg = join(folder, 'xdg');
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: xdg,
    XDG_CACHE_HOME: cacheFolder('libvirt-session'),
    XDG_DATA_HOME: xdg,
    XDG_RUNTIME_DIR: join(xdg, 'runtime'),
  };
  const args = ['-f', join(folder, 'libvirtd.conf'), '-p', join(folder, 'pid')];
  return {
    uri: `qemu+unix:///session?socket=${xdg}/runtime/libvirt/libvirt-sock`,
    folder,
    process: spawnDaemon(findProgram('libvirtd')!, args, folder, env),
  };
}

/** All programs on the way replace themselves (exec), so that the pid is the daemon's own. */
function spawnDaemon(command: string, args: string[], folder: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(join(folder, 'out.log'), 'w');
  const child = spawn(command, args, { env, stdio: ['ignore', log, log], detached: true });
  child.on('error', () => undefined); // seen as a daemon that never answers
  closeSync(log);
  return child;
}

async function end(running: Daemon): Promise<void> {
  const { process: child, folder } = running;
  if (child.pid !== undefined && !hasEnded(running)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(stubborn);
  }
  rmSync(folder, { recursive: true, force: true });
}

const LIBVIRTD_CONF = (folder: string) => `
listen_tls = 0
listen_tcp = 0
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "3:file:${folder}/libvirtd.log"
`;

/**
 * Run as root, libvirt probes QEMU as a user who often cannot open /dev/kvm; it then takes its cache of QEMU's
 * capabilities for stale and probes again at every question, which takes 20 to 90 seconds instead of 0.1.
 */
const QEMU_CONF = `
user = "root"
group = "root"
security_driver = "none"
remember_owner = 0
stdio_handler = "file"
spice_tls = 1
`;
