import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { type Answer, findProgram, runProgram, unavailable, withScratch } from './process.ts';

export interface QemuOptions {
  /** How long the machine may take to be built, in milliseconds. */
  readonly timeoutMs?: number;
}

/** The QEMU that is asked: `VIRTLENS_QEMU`, else qemu-system-x86_64 in PATH; undefined if there is none. */
export const qemuBinary = (): string | undefined =>
  findProgram(process.env.VIRTLENS_QEMU ?? 'qemu-system-x86_64');

export const available = (): boolean => qemuBinary() !== undefined;

/**
 * Asks the real QEMU whether it accepts a command line, without running any guest code.
 *
 * `-S` holds the CPUs before the first instruction, and QMP answers only after every device was made, so a clean
 * `quit` means that the whole line was accepted. (`-preconfig` would stop before the devices and miss their errors.)
 * QEMU stops at its first error: a line with several needs several questions. The arguments must not use standard
 * input themselves, nor leave the foreground; `adaptArguments` sees to both.
 */
export async function askQemu(args: readonly string[], options: QemuOptions = {}): Promise<Answer> {
  const binary = qemuBinary();
  if (binary === undefined) return unavailable('no qemu-system-x86_64 on this machine');
  return withScratch(async (cwd) => {
    const hadHugePages = existsSync(HUGE_PAGES);
    const harness = ['-S', '-display', 'none', '-monitor', 'none', '-serial', 'none', '-qmp', 'stdio'];
    const run = await runProgram(binary, [...args, ...harness], {
      input: '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n',
      timeoutMs: options.timeoutMs ?? 20_000,
      cwd,
    });
    const note = hadHugePages ? '' : removeFalseHugePages();
    const message = (run.stderr + note).trim();
    if (run.timedOut) return { verdict: 'timeout', message };
    if (run.status !== 0) return { verdict: 'refused', message };
    // Options such as -help end QEMU with success before there is a machine, and then QMP never greets.
    if (!run.stdout.includes('"QMP"')) return { verdict: 'refused', message: 'QEMU ended without a machine' };
    return { verdict: 'accepted', message };
  });
}

const HUGE_PAGES = '/dev/hugepages';

/**
 * Where no hugetlbfs is mounted there, QEMU run as root makes a regular file /dev/hugepages and goes on with ordinary
 * pages. Left behind, it would change the answer to the next question.
 */
function removeFalseHugePages(): string {
  if (!statSync(HUGE_PAGES, { throwIfNoEntry: false })?.isFile()) return '';
  rmSync(HUGE_PAGES, { force: true });
  return `\nnote: QEMU made a regular file ${HUGE_PAGES}; removed`;
}

let machines: readonly string[] | undefined;

/** The machine types that the installed QEMU offers, newest of a family first; empty without a QEMU. */
export function machineTypes(): readonly string[] {
  machines ??= readMachineTypes();
  return machines;
}

function readMachineTypes(): readonly string[] {
  const binary = qemuBinary();
  if (binary === undefined) return [];
  try {
    const help = execFileSync(binary, ['-machine', 'help'], { encoding: 'utf8', stdio: 'pipe' });
    return help
      .split('\n')
      .slice(1)
      .map((line) => line.split(' ')[0]!)
      .filter((name) => name !== '');
  } catch {
    return []; // a QEMU that cannot list its machines has an opinion on none
  }
}
