import * as fs from 'node:fs';
import * as path from 'node:path';
import { FileTrouble, systemMessage } from './problem.ts';
import type { FileText } from './read.ts';

/**
 * Replaces the text of a file in one step: readers see the old text or the new one, and a failure leaves the old
 * one as it was. A symbolic link stays; the file it leads to is replaced. Mode and owner are kept.
 * @param before what was read; the file must still hold it.
 * @throws FileTrouble
 */
export function replaceText(file: string, before: FileText, text: string): void {
  try {
    replaceBytes(fs.realpathSync(file), encode(before), encode({ ...before, text }));
  } catch (error) {
    if (error instanceof FileTrouble) throw error;
    throw new FileTrouble('unwritable', `cannot be written: ${systemMessage(error)}; it is unchanged`);
  }
}

const encode = ({ bom, text }: FileText): Buffer => Buffer.from(bom + text, 'utf8');

function replaceBytes(file: string, before: Buffer, after: Buffer): void {
  // Replacing asks for rights on the folder only; a file that is write-protected means to stay as it is.
  fs.accessSync(file, fs.constants.W_OK);
  const stats = fs.statSync(file);
  if (!stats.isFile()) throw new FileTrouble('unwritable', 'is no regular file, so it is not changed');
  const unique = Math.random().toString(36).slice(2);
  const temporary = path.join(path.dirname(file), `.virtlens-${unique}.tmp`);
  try {
    writeWhole(temporary, after, stats);
    if (!fs.readFileSync(file).equals(before)) {
      throw new FileTrouble(
        'unwritable',
        'was changed by someone else meanwhile, so it is left alone: run again',
      );
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function writeWhole(file: string, bytes: Buffer, { mode, uid, gid }: fs.Stats): void {
  // 'wx': never into something that stands there already.
  const descriptor = fs.openSync(file, 'wx', 0o600);
  try {
    fs.writeFileSync(descriptor, bytes);
    keepOwner(descriptor, uid, gid);
    // After the owner, as changing that one clears the set-user bits.
    fs.fchmodSync(descriptor, mode & 0o7777);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Only root may give a file away; for others it becomes their own, as with any editor that replaces files. */
function keepOwner(descriptor: number, uid: number, gid: number): void {
  try {
    fs.fchownSync(descriptor, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
