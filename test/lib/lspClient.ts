import { type ChildProcess, spawn } from 'node:child_process';
import type { TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: RpcError;
}

/** The answer to a request that went wrong. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
}

interface Waiter {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What the client answers to a request of the server; what it throws is the error it answers with. */
export type Answer = (params: unknown) => unknown;

/**
 * A client of a language server over stdio, small enough to say exactly what is on the wire. Waiting has no limit
 * of its own: the test's does.
 */
export class LspClient {
  readonly #server: ChildProcess;
  readonly #pending = new Map<number | string, Waiter>();
  readonly #answers = new Map<string, Answer>();
  readonly #listeners = new Set<(message: Message) => void>();
  /** Everything the server said without being asked, in its order. */
  readonly notifications: Message[] = [];
  /** Resolves to the exit code. */
  readonly exited: Promise<number | null>;
  #received = Buffer.alloc(0);
  #nextId = 1;
  #held: string[] | undefined;

  constructor(script: string) {
    this.#server = spawn(process.execPath, [script, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#server.stdout!.on('data', (chunk: Buffer) => this.#receive(chunk));
    // What a server asked just before it ended is answered into a closed pipe; that it has ended, `exited` tells.
    this.#server.stdin!.on('error', () => {});
    this.exited = new Promise((resolve) => this.#server.on('exit', (code) => resolve(code)));
    void this.exited.then(() => {
      for (const { reject } of this.#pending.values()) reject(new Error('the server has exited'));
    });
  }

  /** Answers requests of the server from now on. */
  answer(method: string, answer: Answer): void {
    this.#answers.set(method, answer);
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  request<T>(method: string, params: unknown): Promise<T> {
    return this.start<T>(method, params).answer;
  }

  /** Sends a request and also tells its id, to cancel it by. */
  start<T>(method: string, params: unknown): { id: number; answer: Promise<T> } {
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#send({ id, method, params });
    return { id, answer: answer as Promise<T> };
  }

  /** Sends everything that `send` says in a single write, so that the server finds all of it waiting. */
  together<T>(send: () => T): T {
    this.#held = [];
    const result = send();
    const bytes = this.#held.join('');
    this.#held = undefined;
    this.#server.stdin!.write(bytes);
    return result;
  }

  /** The first notification that fits, among those that came and those still to come. */
  async notified<T>(method: string, fits: (params: T) => boolean = () => true): Promise<T> {
    const holds = (message: Message): boolean => message.method === method && fits(message.params as T);
    const found = this.notifications.find(holds);
    if (found) return found.params as T;
    return new Promise((resolve) => {
      const listener = (message: Message): void => {
        if (!holds(message)) return;
        this.#listeners.delete(listener);
        resolve(message.params as T);
      };
      this.#listeners.add(listener);
    });
  }

  kill(): void {
    this.#server.kill();
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    const bytes = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    if (this.#held) this.#held.push(bytes);
    else this.#server.stdin!.write(bytes);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = /Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, Math.max(0, head)));
      const end = head + 4 + Number(length?.[1] ?? Number.POSITIVE_INFINITY);
      if (head < 0 || this.#received.length < end) return;
      const body = this.#received.toString('utf8', head + 4, end);
      this.#received = this.#received.subarray(end);
      this.#dispatch(JSON.parse(body) as Message);
    }
  }

  #dispatch(message: Message): void {
    if (message.method === undefined) {
      const waiter = this.#pending.get(message.id!);
      this.#pending.delete(message.id!);
      if (message.error) waiter?.reject(message.error);
      else waiter?.resolve(message.result);
    } else if (message.id === undefined) {
      this.notifications.push(message);
      for (const listener of [...this.#listeners]) listener(message);
    } else {
      this.#answer(message.id, message.method, message.params);
    }
  }

  #answer(id: number | string, method: string, params: unknown): void {
    try {
      this.#send({ id, result: this.#answers.get(method)?.(params) ?? null });
    } catch (error) {
      this.#send({ id, error: { code: -32603, message: String(error) } });
    }
  }
}

/** Applies edits as an editor does. */
export function applyLspEdits(text: string, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create('', '', 0, text), [...edits]);
}
