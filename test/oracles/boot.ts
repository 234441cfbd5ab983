import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Properties } from './adaptations/properties.ts';
import { type Option, readOptions, writeOption } from './adaptations/words.ts';
import { buildInitramfs, FACT_MARK, type GuestFile } from './initramfs.ts';
import { cacheFolder, type Finished, findProgram, runProgram, withScratch } from './process.ts';
import { qemuBinary } from './qemu.ts';

export interface GuestNode {
  readonly node: number;
  /** The CPUs of the node as Linux writes lists of them, '' for none. */
  readonly cpus: string;
  readonly memoryKiB: number;
  readonly distances: readonly number[];
}

export interface GuestCpu {
  readonly cpu: number;
  readonly node: number;
  readonly package: number;
  readonly core: number;
}

export interface GuestPciDevice {
  readonly address: string;
  /** Hexadecimal, as in sysfs. */
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  /** What the guest's driver sees: -1 for no node. */
  readonly node: number;
  readonly cpus: string;
  /** The addresses of the bridges above it, outermost first. */
  readonly parents: readonly string[];
}

export interface BootReport {
  /** `refused` is QEMU's word; a machine that stops, or hangs, without its guest's having come to an end has `crashed`. */
  readonly verdict: 'booted' | 'refused' | 'crashed' | 'unavailable';
  /** QEMU's words, or why nothing could be booted, or what a machine that crashed wrote last. */
  readonly message: string;
  readonly nodes: readonly GuestNode[];
  readonly cpus: readonly GuestCpu[];
  readonly devices: readonly GuestPciDevice[];
  /** What the kernel's log says of NUMA. */
  readonly kernel: readonly string[];
  /** What the script wrote that the guest was given, errors included. */
  readonly output: string;
}

const nothing = (verdict: BootReport['verdict'], message: string): BootReport => ({
  verdict,
  message,
  nodes: [],
  cpus: [],
  devices: [],
  kernel: [],
  output: '',
});

/** The largest part of a first call is the kernel: about 10 MB, fetched once from the distribution and kept. */
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** Of hundreds of emulated machines one crashes or hangs, whatever it was given: that answers nothing, so it is asked again. */
const ATTEMPTS = 3;

/**
 * Boots a tiny Linux under emulation with these (adapted) arguments and reports where the guest's kernel says that its
 * nodes, CPUs and PCI devices are. The author's firmware, kernel and serial ports give way to ours: the guest must
 * start and its console must be read. Takes 6 to 15 seconds.
 * @param timeoutMs how long one attempt may take, of three.
 * @param script a shell script that the guest runs; see buildInitramfs().
 * @param files what the guest is to have besides.
 */
export async function bootGuest(
  args: readonly string[],
  timeoutMs = 90_000,
  script?: string,
  files?: readonly GuestFile[],
): Promise<BootReport> {
  const qemu = qemuBinary();
  const busybox = findProgram('busybox');
  if (qemu === undefined || busybox === undefined)
    return nothing('unavailable', 'no QEMU or no busybox here');
  const kernel = await findKernel();
  if (kernel === undefined) return nothing('unavailable', 'no kernel image can be fetched here');
  const initrd = buildInitramfs(busybox, script, files);
  let report = await bootOnce(qemu, kernel, initrd, args, timeoutMs);
  for (let i = 1; i < ATTEMPTS && report.verdict === 'crashed'; i++)
    report = await bootOnce(qemu, kernel, initrd, args, timeoutMs);
  return report;
}

function bootOnce(
  qemu: string,
  kernel: string,
  initrd: Buffer,
  args: readonly string[],
  timeoutMs: number,
): Promise<BootReport> {
  return withScratch(async (folder) => {
    const initramfs = join(folder, 'initramfs');
    writeFileSync(initramfs, initrd);
    // A file takes what the guest writes at once; of a pipe whose reader is busy, QEMU drops characters.
    const console = join(folder, 'console');
    const own = ['-display', 'none', '-no-reboot', '-monitor', 'none', '-serial', `file:${console}`];
    // No clock calibration under emulation, and a crash ends the run instead of hanging it.
    const append = 'console=ttyS0 panic=-1 tsc=reliable';
    const boot = ['-kernel', kernel, '-initrd', initramfs, '-append', append];
    const options = readOptions(args).filter(leavesBootAlone).map(withoutFlash);
    const run = await runProgram(qemu, [...options.flatMap(writeOption), ...own, ...boot], {
      timeoutMs,
      cwd: folder,
    });
    const written = existsSync(console) ? readFileSync(console, 'latin1') : '';
    return readReport(written, run);
  });
}

const GIVES_WAY = new Set([
  'S',
  'no-shutdown',
  'bios',
  'pflash',
  'kernel',
  'initrd',
  'append',
  'dtb',
  'serial',
  'parallel',
  'nographic',
]);

function leavesBootAlone({ name, value }: Option): boolean {
  if (GIVES_WAY.has(name)) return false;
  const properties = Properties.parse(value ?? '', name === 'device' ? 'driver' : '');
  if (name === 'drive') return properties?.get('if') !== 'pflash';
  return name !== 'device' || properties?.get('driver') !== 'isa-serial';
}

function withoutFlash(option: Option): Option {
  if (option.name !== 'machine' && option.name !== 'M') return option;
  const machine = Properties.parse(option.value ?? '', 'type');
  machine?.remove('pflash0', 'pflash1');
  return machine === undefined ? option : { ...option, value: machine.toString() };
}

/**
 * Debian's cloud kernel has NUMA, PCI and the serial console built in, so that no module is needed. It is fetched by
 * apt-get, unpacked and not installed. Undefined where there is no apt or no such package.
 */
async function findKernel(): Promise<string | undefined> {
  const cache = cacheFolder('guest');
  const kept = join(cache, 'vmlinuz');
  if (existsSync(kept)) return kept;
  const folder = mkdtempSync(join(cache, 'fetch-'));
  try {
    const depends = await runProgram('apt-cache', ['depends', 'linux-image-cloud-amd64']);
    const [, image] = /^\s*Depends: (linux-image-\S+)/m.exec(depends.stdout) ?? [];
    if (image === undefined) return undefined;
    await runProgram('apt-get', ['download', image], { cwd: folder, timeoutMs: DOWNLOAD_TIMEOUT_MS });
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return undefined;
    await runProgram('dpkg-deb', ['--extract', archive, 'root'], {
      cwd: folder,
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
    });
    const boot = join(folder, 'root', 'boot');
    const kernel = existsSync(boot) && readdirSync(boot).find((name) => name.startsWith('vmlinuz-'));
    if (!kernel) return undefined;
    // A rename is whole or not at all, whoever else fetches at the same time.
    renameSync(join(boot, kernel), kept);
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Facts = Record<string, string>;

/** How much of the console is shown of a machine that crashed: a panic with its trace, and what led there. */
const LAST_WORDS = 8_000;

function readReport(console: string, run: Finished): BootReport {
  const message = run.stderr.trim();
  const lines = console
    .split(/\r?\n/)
    .flatMap((line) =>
      line.includes(FACT_MARK) ? [line.slice(line.indexOf(FACT_MARK) + FACT_MARK.length)] : [],
    );
  if (!lines.includes('end')) {
    if (run.status !== 0 && run.status !== null) return nothing('refused', message);
    const end = run.timedOut ? 'nothing more came in time' : 'the machine stopped';
    return nothing('crashed', [message, console.slice(-LAST_WORDS), end].join('\n').trim());
  }
  const facts = (kind: string): Facts[] =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => readFacts(line));
  return {
    verdict: 'booted',
    message,
    nodes: facts('node').map((fact) => ({
      node: Number(fact.node),
      cpus: fact.cpus!,
      memoryKiB: Number(fact.kib),
      distances: fact.distances!.split(',').map(Number),
    })),
    cpus: facts('cpu').map((fact) => ({
      cpu: Number(fact.cpu),
      node: Number(fact.node),
      package: Number(fact.package),
      core: Number(fact.core),
    })),
    devices: facts('pci').map((fact) => ({
      address: fact.address!,
      class: fact.class!,
      vendor: fact.vendor!,
      device: fact.device!,
      node: Number(fact.node),
      cpus: fact.cpus!,
      parents: fact.parents!.split(',').filter((parent) => parent !== ''),
    })),
    kernel: after('kernel ', lines),
    output: after('script ', lines).join('\n'),
  };
}

const after = (word: string, lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));

/** The key=value words of a line; no value has a space in it. */
const readFacts = (line: string): Facts =>
  Object.fromEntries(
    line
      .split(' ')
      .filter((word) => word.includes('='))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
