import type { Uri } from '../../text/span.ts';
import type { Document, QemuVariant, Subject } from '../document.ts';
import { type CommandLine, type KnownOptions, readCommandLine } from './commandLine.ts';
import type { Invocation, InvocationVariants } from './invocation.ts';
import { locate, locateArgv } from './locate.ts';
import { lowerCommandLine } from './lower/index.ts';

/**
 * Reads a shell script: every QEMU command in it becomes a guest.
 * @param holding where given, only the commands with an argument that holds this text
 */
export function readScript(uri: Uri, text: string, holding?: string): Document {
  const { commands, comments, repairedRegions } = locate(uri, text, holding);
  return {
    dialect: 'qemu',
    uri,
    text,
    subjects: commands.map((command) => readSubject(uri, command)),
    comments: comments.map(({ range, text: comment }) => ({ ...range, text: comment.replace(/^#+/, '') })),
    untrusted: repairedRegions,
  };
}

/** Reads one command line whose arguments are separated by NUL, as in /proc/PID/cmdline. */
export function readArgv(uri: Uri, text: string): Document {
  const { commands } = locateArgv(uri, text);
  const subjects = commands.map((command) => readSubject(uri, command));
  return { dialect: 'qemu', uri, text, subjects, comments: [], untrusted: [] };
}

function readSubject(uri: Uri, command: InvocationVariants): Subject<QemuVariant> {
  const known: KnownOptions | undefined = command.variants.length > 1 ? new Map() : undefined;
  return { variants: command.variants.map((invocation) => readVariant(uri, invocation, known)) };
}

const readVariant = (uri: Uri, invocation: Invocation, known: KnownOptions | undefined): QemuVariant =>
  lowered(readCommandLine(uri, invocation, known));

/** Lowered when somebody asks about the guest: while one is typed in, nobody asks about the others. */
class ReadVariant implements QemuVariant {
  readonly dialect = 'qemu';
  readonly line: CommandLine;
  #lowered: ReturnType<typeof lowerCommandLine> | undefined;

  constructor(line: CommandLine) {
    this.line = line;
  }

  get guest(): QemuVariant['guest'] {
    return this.#lower().guest;
  }

  get sources(): QemuVariant['sources'] {
    return this.#lower().sources;
  }

  #lower(): ReturnType<typeof lowerCommandLine> {
    this.#lowered ??= lowerCommandLine(this.line);
    return this.#lowered;
  }
}

export const lowered = (line: CommandLine): QemuVariant => new ReadVariant(line);
