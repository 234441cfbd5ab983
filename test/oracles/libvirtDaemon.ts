import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheFolder, type Finished, findProgram, isRoot, runProgram } from './process.ts';

const START_TIMEOUT_MS = 60_000;
const QUESTION_TIMEOUT_MS = 60_000;

/** A daemon that nobody asks any more ends by itself, should this process have been killed before it could see to it. */
const IDLE_SECONDS = 300;

/** A private libvirtd: own configuration, sockets, state and domains, all in one temporary folder. */
export interface Daemon {
  readonly uri: string;
  readonly folder: string;
  /** All programs on the way to the daemon replace themselves (exec), so that this is the daemon itself. */
  readonly process: ChildProcess;
}

export const canLaunch = (): boolean =>
  ['libvirtd', 'virsh', 'bash'].every((name) => findProgram(name) !== undefined) &&
  (!isRoot() || findProgram('unshare') !== undefined);

export const hasEnded = ({ process: child }: Daemon): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Runs virsh against a daemon, with messages in English. */
export const virsh = (uri: string, ...args: readonly string[]): Promise<Finished> =>
  runProgram('virsh', ['-c', uri, ...args], {
    timeoutMs: QUESTION_TIMEOUT_MS,
    env: { ...process.env, LC_ALL: 'C' },
  });

/** Starts a daemon and waits until it answers. A failure is told in the daemon's own words. */
export async function launchDaemon(): Promise<Daemon | { readonly failure: string }> {
  if (!canLaunch()) return { failure: 'no libvirtd, virsh or unshare on this machine' };
  // A socket's path has at most 107 characters: keep the folder's short.
  const folder = mkdtempSync(join(tmpdir(), 'vl-lv-'));
  for (const name of ['etc', 'var', 'run', 'huge', 'bin', 'xdg/runtime']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }
  writeFileSync(join(folder, 'libvirtd.conf'), libvirtdConf(folder));
  writeFileSync(join(folder, 'etc/qemu.conf'), QEMU_CONF);
  for (const name of TPM_PROGRAMS) writeFileSync(join(folder, 'bin', name), tpmStub(name), { mode: 0o755 });
  const daemon = isRoot() ? launchSystem(folder) : launchSession(folder);
  const lastResort = () => daemon.process.kill('SIGKILL');
  process.once('exit', lastResort);
  daemon.process.once('exit', () => process.off('exit', lastResort));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded(daemon)) {
    if ((await virsh(daemon.uri, 'version')).status === 0) return daemon;
    await delay(100);
  }
  const failure = readFileSync(join(folder, 'out.log'), 'utf8').trim();
  await endDaemon(daemon);
  return { failure: failure === '' ? 'libvirtd does not answer' : failure };
}

/** Ends the daemon by its own pid and removes its folder. */
export async function endDaemon(daemon: Daemon): Promise<void> {
  const { process: child, folder } = daemon;
  if (child.pid !== undefined && !hasEnded(daemon)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(stubborn);
  }
  rmSync(folder, { recursive: true, force: true });
}

/**
 * As root: the system driver, in a mount namespace where its folders are ours. The machine's own libvirt, if any, is
 * not touched and its domains are not seen. A parent that lacks libvirt's folder is covered by one that has nothing
 * else, in that namespace only, so that nothing is made outside.
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
    # The driver wants its user and group to exist, though it runs nothing as them here; not every packaging makes them.
    lend() { # FILE NAME LINE
      cp "/etc/$1" "$folder/$1"
      grep -q "^$2:" "$folder/$1" || echo "$3" >>"$folder/$1"
      mount --bind "$folder/$1" "/etc/$1"
    }
    lend passwd libvirt-qemu 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin'
    lend group libvirt-qemu 'libvirt-qemu:x:64055:'
    cover /var/cache/libvirt /var/cache "$cache"
    cover /var/lib/libvirt /var/lib "$folder/var"
    cover /run/libvirt /run "$folder/run"
    # libvirt looks for huge pages in the list of mounts; pages are taken when a guest starts, which none does here.
    for size in 2M 1G; do
      mkdir "$folder/huge/$size"
      mount -t hugetlbfs -o "pagesize=$size" none "$folder/huge/$size" || true
    done
    exec "$daemon" -t ${IDLE_SECONDS} -f "$folder/libvirtd.conf" -p "$folder/pid"`;
  // What libvirt learnt of QEMU is kept from run to run: learning it takes nine seconds.
  const cache = cacheFolder('libvirt-capabilities');
  const shell = ['bash', '-c', script, 'bash', folder, cache, findProgram('libvirtd')!];
  return {
    uri: `qemu+unix:///system?socket=${folder}/run/libvirt-sock`,
    folder,
    process: spawnDaemon('unshare', ['-m', '--propagation', 'private', ...shell], folder, {}),
  };
}

/** Not root: the session driver, with folders of its own. */
function launchSession(folder: string): Daemon {
  const xdg = join(folder, 'xdg');
  const args = ['-t', String(IDLE_SECONDS), '-f', join(folder, 'libvirtd.conf'), '-p', join(folder, 'pid')];
  return {
    uri: `qemu+unix:///session?socket=${xdg}/runtime/libvirt/libvirt-sock`,
    folder,
    process: spawnDaemon(findProgram('libvirtd')!, args, folder, {
      XDG_CONFIG_HOME: xdg,
      XDG_CACHE_HOME: cacheFolder('libvirt-session'),
      XDG_DATA_HOME: xdg,
      XDG_RUNTIME_DIR: join(xdg, 'runtime'),
    }),
  };
}

function spawnDaemon(
  command: string,
  args: readonly string[],
  folder: string,
  own: Record<string, string>,
): ChildProcess {
  const log = openSync(join(folder, 'out.log'), 'w');
  // Our stubs come last in PATH: a TPM emulator that is installed is asked itself.
  const env = { ...process.env, ...own, PATH: `${process.env.PATH}:${join(folder, 'bin')}` };
  const child = spawn(command, args, { env, stdio: ['ignore', log, log], detached: true });
  child.on('error', () => undefined); // seen as a daemon that does not answer
  closeSync(log);
  return child;
}

const libvirtdConf = (folder: string) => `
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

/**
 * libvirt asks the TPM emulator what it can do, and where it is not installed refuses the TPM that a newer Windows
 * wants. It runs it only when a guest starts, so that the answer is enough.
 */
const TPM_PROGRAMS = ['swtpm', 'swtpm_setup', 'swtpm_ioctl'];
const tpmStub = (name: string) =>
  `#!/bin/sh\necho '{"type":"${name}","features":["tpm-1.2","tpm-2.0","cmdarg-pwd-fd","cmdarg-pwdfile-fd"]}'\n`;
