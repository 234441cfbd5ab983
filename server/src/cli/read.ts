import { isUtf8 } from 'node:buffer';
import * as fs from 'node:fs';
import { carrierOf } from '../text/carrier.ts';
import { concerns } from '../text/relevance.ts';
import { FileTrouble, systemMessage } from './problem.ts';

/** A text as the analysis takes it; the byte order mark is kept apart, so that columns do not count it. */
export interface FileText {
  readonly text: string;
  readonly bom: '' | '\uFEFF';
}

/** Larger text files in a folder are logs and dumps rather than configurations; one given by name is read. */
const FOLDER_LIMIT = 5 * 1024 * 1024;

/** Beyond this even a file given by name is refused, before it fills the memory. */
const NAMED_LIMIT = 64 * 1024 * 1024;

/** Where a NUL in a file's first bytes tells that it is no text: disk images lie beside launchers. */
const HEAD = 8 * 1024;

/**
 * Reads a file that the user named, whatever it may hold.
 * @param argv NUL separates the arguments of a command line.
 * @throws FileTrouble
 */
export function readNamed(file: string, argv: boolean): FileText {
  const { bytes, complete } = readBytes(file, NAMED_LIMIT, (head) => !argv && looksBinary(head));
  return decodeNamed(bytes, complete, argv);
}

/** Reads standard input to its end. @throws FileTrouble */
export async function readStandardInput(argv: boolean): Promise<FileText> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > NAMED_LIMIT) break;
    chunks.push(chunk);
  }
  return decodeNamed(Buffer.concat(chunks), size <= NAMED_LIMIT, argv);
}

function decodeNamed(bytes: Buffer, complete: boolean, argv: boolean): FileText {
  if (!argv && looksBinary(bytes)) {
    throw new FileTrouble(
      'binary',
      'holds NUL bytes, so it is no text; if it is the command line of a process, add --argv',
    );
  }
  if (!complete)
    throw new FileTrouble('too-large', `larger than ${megabytes(NAMED_LIMIT)}: give a smaller file`);
  return decode(bytes);
}

/**
 * Reads a file that was found in a folder.
 * @returns undefined where it is none of our business: no text, or nothing of QEMU or libvirt in it.
 * @throws FileTrouble where it may be our business, and cannot be checked.
 */
export function readFound(file: string, dialect: 'qemu' | 'libvirt' | undefined): FileText | undefined {
  const { bytes, complete } = readBytes(file, FOLDER_LIMIT, looksBinary);
  const carrier = carrierOf(file);
  if (looksBinary(bytes)) return undefined;
  if (complete && isUtf8(bytes)) {
    const text = decode(bytes);
    return concerns(text.text, dialect, carrier) ? text : undefined;
  }
  // The words that make a file relevant are ASCII, whatever the encoding of the rest.
  if (!concerns(bytes.toString('latin1').replaceAll('\0', ''), dialect, carrier)) return undefined;
  if (complete) return decode(bytes);
  throw new FileTrouble(
    'too-large',
    `larger than ${megabytes(FOLDER_LIMIT)}: name the file to have it checked`,
  );
}

const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;

const isUtf16 = (bytes: Buffer): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

const looksBinary = (bytes: Buffer): boolean => bytes.subarray(0, HEAD).includes(0) && !isUtf16(bytes);

/** @throws FileTrouble where the bytes are not UTF-8: guessing the encoding would change the file when it is fixed. */
function decode(bytes: Buffer): FileText {
  if (!isUtf8(bytes)) throw new FileTrouble('not-utf8', describeEncoding(bytes));
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? { text: text.slice(1), bom: '\uFEFF' } : { text, bom: '' };
}

function describeEncoding(bytes: Buffer): string {
  if (isUtf16(bytes)) return 'is UTF-16, not UTF-8: convert it, for example with iconv -f UTF-16 -t UTF-8';
  const text = bytes.toString('utf8');
  let at = text.indexOf('\uFFFD');
  let offset = Buffer.byteLength(text.slice(0, at));
  // The replacement character may also stand in the file as such.
  while (bytes.subarray(offset, offset + 3).equals(Buffer.from('\uFFFD'))) {
    const next = text.indexOf('\uFFFD', at + 1);
    offset += Buffer.byteLength(text.slice(at, next));
    at = next;
  }
  const line = text.slice(0, at).split('\n').length;
  const byte = bytes[offset]!.toString(16).toUpperCase().padStart(2, '0');
  return `is not UTF-8 (byte ${byte} in line ${line}): convert it, for example with iconv -f ISO-8859-1 -t UTF-8`;
}

/** Filled anew by every read; what is kept is copied out of it. */
const scratch = Buffer.allocUnsafe(256 * 1024);

/**
 * Reads up to `limit` bytes. Sizes are not asked for: files in /proc and pipes have none.
 * @param enough tells from the file's first bytes that no more are needed.
 * @throws FileTrouble
 */
function readBytes(
  file: string,
  limit: number,
  enough: (head: Buffer) => boolean,
): { bytes: Buffer; complete: boolean } {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, 'r');
    const chunks: Buffer[] = [];
    let size = 0;
    while (size <= limit) {
      const read = fs.readSync(descriptor, scratch, 0, size === 0 ? HEAD : scratch.length, null);
      if (read === 0) return { bytes: Buffer.concat(chunks), complete: true };
      chunks.push(Buffer.from(scratch.subarray(0, read)));
      size += read;
      if (chunks.length === 1 && enough(chunks[0]!)) break;
    }
    return { bytes: Buffer.concat(chunks).subarray(0, limit), complete: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new FileTrouble('missing', 'no such file or folder: check the spelling');
    }
    throw new FileTrouble('unreadable', `cannot be read: ${systemMessage(error)}`);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}
