import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bootGuest } from './boot.ts';
import type { GuestFile } from './initramfs.ts';
import { runProgram } from './process.ts';
import { qemuBinary } from './qemu.ts';

/** Two nodes with two CPUs each: the machine that plays the host. */
const HOST_NODES = [
  '-accel tcg -machine q35 -cpu max -nic none -vga none -m 1G -smp 4,sockets=2,cores=2,threads=1',
  '-object memory-backend-ram,id=m0,size=512M -object memory-backend-ram,id=m1,size=512M',
  '-numa node,nodeid=0,cpus=0-1,memdev=m0 -numa node,nodeid=1,cpus=2-3,memdev=m1',
];

/** A QEMU to be started on the machine that plays the host. */
export interface Start {
  readonly args: readonly string[];
  /** The CPUs of that machine that it is started on, as taskset has them. */
  readonly cpus: string;
  /** Pieces of guest memory that are allocated at the start, all of one size, which is in pages of 4 KiB. */
  readonly pieces: number;
  readonly pages: number;
}

/** A mapping of a process, as the kernel tells it in numa_maps. */
export interface Mapping {
  /** `bind:1`, `default`. */
  readonly policy: string;
  /** Pages by node. */
  readonly pages: Readonly<Record<number, number>>;
}

export interface NestedReport {
  readonly verdict: 'ran' | 'failed' | 'unavailable';
  /** Why nothing could be asked, or what the QEMUs said. */
  readonly message: string;
  /** For each start the mappings that are as large as a piece of guest memory. */
  readonly mappings: readonly (readonly Mapping[])[];
}

/**
 * Boots a machine of two nodes and starts the real QEMU on it, one after the other, each held before its guest's first
 * instruction. The kernel of that machine then says on which node the pages of the guests are: no other kernel here has
 * two nodes. All is emulated twice, so that a start takes some seconds.
 */
export async function runNested(starts: readonly Start[], timeoutMs = 120_000): Promise<NestedReport> {
  const files = await qemuFiles();
  if (!files) return { verdict: 'unavailable', message: 'what QEMU loads is not found here', mappings: [] };
  const report = await bootGuest(HOST_NODES.join(' ').split(' '), timeoutMs, scriptOf(starts), files);
  if (report.verdict === 'unavailable') return { ...report, verdict: 'unavailable', mappings: [] };
  const lines = report.output.split('\n');
  const said = lines.filter((line) => line.startsWith('said ')).join('\n');
  return {
    verdict: report.verdict === 'booted' ? 'ran' : 'failed',
    message: `${report.message}\n${said}`.trim(),
    mappings: starts.map((_, i) =>
      lines
        .filter((line) => line.startsWith(`numa ${i} `))
        .map((line) => readMapping(line.split(' ').slice(3))),
    ),
  };
}

/** The words of numa_maps behind the address. */
function readMapping([policy = '', ...words]: readonly string[]): Mapping {
  const nodes = words.flatMap((word) => {
    const [, node, count] = /^N(\d+)=(\d+)$/.exec(word) ?? [];
    return node === undefined ? [] : [[Number(node), Number(count)] as const];
  });
  return { policy, pages: Object.fromEntries(nodes) };
}

const DATA = '/data';

const FIRMWARE = ['bios-256k.bin', 'kvmvapic.bin'];

/**
 * QEMU, the libraries that it is linked with, its loader, the module that emulates where there is one, and its firmware.
 * Undefined where something of that is not where the distributions put it.
 */
async function qemuFiles(): Promise<GuestFile[] | undefined> {
  const qemu = qemuBinary();
  if (qemu === undefined) return undefined;
  const linked = await runProgram('ldd', [qemu]);
  const libraries = [...linked.stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path]) => path!);
  const module = libraries
    .map((path) => join(dirname(path), 'qemu', 'accel-tcg-x86_64.so'))
    .map((path) => path.replace(/^\/lib\//, '/usr/lib/'))
    .find((path) => existsSync(path));
  const folders = (await runProgram(qemu, ['-L', 'help'])).stdout.split('\n').filter((path) => path !== '');
  const firmware = FIRMWARE.map((name) => folders.map((folder) => join(folder, name)).find(existsSync));
  if (libraries.length === 0 || firmware.includes(undefined)) return undefined;
  return [
    ...[qemu, ...libraries, ...(module === undefined ? [] : [module])].map((path) => ({
      path,
      content: readFileSync(path),
    })),
    ...firmware.map((path, i) => ({ path: `${DATA}/${FIRMWARE[i]}`, content: readFileSync(path!) })),
  ];
}

/** Waits until all pieces are there, or QEMU has ended, or too much time has gone. */
const scriptOf = (starts: readonly Start[]): string => `
watch() { # NUMBER PIECES PAGES
  tries=0
  while [ $tries -lt 250 ] && [ -d /proc/$pid ] && [ "$(grep -c "anon=$3 " /proc/$pid/numa_maps)" != $2 ]; do
    usleep 200000
    tries=$((tries + 1))
  done
  grep "anon=$3 " /proc/$pid/numa_maps | sed "s/^/numa $1 /"
  kill -9 $pid
  wait $pid
  sed "s/^/said $1: /" /tmp/said
}
${starts.map(commandOf).join('\n')}
`;

function commandOf({ args, cpus, pieces, pages }: Start, i: number): string {
  const words = [...args, '-L', DATA, '-S', '-display', 'none', '-monitor', 'none', '-serial', 'none'];
  const folders = new Set(words.flatMap((word) => word.match(/(?<=path=)\/[^,]*(?=\/)/g) ?? []));
  return [
    ...[...folders].map((folder) => `mkdir -p ${quoted(folder)}`),
    `taskset -c ${cpus} ${qemuBinary()} ${words.map(quoted).join(' ')} > /tmp/said 2>&1 &`,
    'pid=$!',
    `watch ${i} ${pieces} ${pages}`,
  ].join('\n');
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
