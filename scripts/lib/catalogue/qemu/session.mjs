// A stopped QEMU that answers questions: over QMP, and by what its command line prints.
import { execFileSync, spawn } from 'node:child_process';
import * as readline from 'node:readline';

/** QEMU that stands still, without devices, and speaks QMP on its standard streams. */
const STOPPED = [
  ...['-machine', 'none', '-nodefaults', '-no-user-config', '-S', '-accel', 'tcg', '-display', 'none'],
  ...['-qmp', 'stdio', '-monitor', 'none', '-serial', 'none'],
];

/** What a QEMU refuses: `description` is its own sentence, for the log only. */
export class Refused extends Error {}

/** After so long a question has hung QEMU. */
const PATIENCE_MS = 20_000;

/** QMP with one QEMU, which is started again whenever a question kills it: introspection aborts on some types. */
export class Session {
  #binary;
  #process;
  /** Lines that arrived unasked for yet, and who waits for one; an ended QEMU answers undefined for ever. */
  #lines = [];
  #waiting;
  #ended = false;
  /** The greeting's version: { major, minor, micro }. */
  version;

  constructor(binary) {
    this.#binary = binary;
  }

  async start() {
    this.#lines = [];
    this.#ended = false;
    const process = spawn(this.#binary, STOPPED, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process = process;
    // Writing to one that has just died is seen as the end of its answers.
    process.stdin.on('error', () => {});
    const end = () => {
      if (this.#process !== process) return;
      this.#ended = true;
      this.#waiting?.();
    };
    process.on('error', end);
    readline
      .createInterface({ input: process.stdout })
      .on('line', (line) => {
        if (this.#process !== process) return;
        this.#lines.push(line);
        this.#waiting?.();
      })
      .on('close', end);
    const greeting = await this.#next();
    if (!greeting?.QMP) throw new Error(`${this.#binary} does not speak QMP`);
    this.version = greeting.QMP.version.qemu;
    await this.ask('qmp_capabilities');
  }

  /**
   * The answer to a command; undefined where it kills QEMU.
   * @throws Refused where QEMU says no.
   */
  async ask(execute, args) {
    // Some types kill QEMU only after the answer: the next question is then asked again.
    for (let attempt = 0; attempt < 2; attempt++) {
      this.#process.stdin.write(`${JSON.stringify({ execute, ...(args ? { arguments: args } : {}) })}\n`);
      for (;;) {
        const answer = await this.#next();
        if (answer === undefined) break;
        if (answer.error) throw new Refused(answer.error.desc);
        if ('return' in answer) return answer.return;
      }
      this.#process.kill('SIGKILL');
      await this.start();
    }
    return undefined;
  }

  async #next() {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#lines.length === 0 && !this.#ended && Date.now() < deadline) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const line = this.#lines.shift();
    return line === undefined ? undefined : JSON.parse(line);
  }

  stop() {
    this.#process.stdin.end('{"execute":"quit"}\n');
  }
}

/** What the binary prints for arguments, whichever stream it takes. */
export function print(binary, ...args) {
  try {
    return execFileSync(binary, args, {
      encoding: 'utf8',
      maxBuffer: 1e8,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    return String(error.stdout ?? '');
  }
}
