import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MEBIBYTE = 1024 * 1024;

/** What a temporary file must look like for QEMU to take it. */
export type FileKind = 'raw' | 'qcow2' | 'firmware' | 'kernel' | 'blob';

/**
 * The temporary files that stand for an author's files. One path of the author is one file here, as QEMU's lock on an
 * image that is used twice is a refusal worth seeing.
 */
export class Scratch {
  private readonly paths = new Map<string, string>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  file(original: string, kind: FileKind): string {
    return this.place(original, kind, (path) => MAKE[kind](path));
  }

  folderFor(original: string): string {
    return this.place(original, 'folder', (path) => mkdirSync(path, { recursive: true }));
  }

  /** A path where nothing is yet: for sockets, logs, and files that QEMU makes itself. */
  pathFor(original: string): string {
    return this.place(original, 'path', () => undefined);
  }

  private place(original: string, kind: string, make: (path: string) => void): string {
    const known = this.paths.get(original);
    if (known !== undefined) return known;
    const path = join(this.folder, `${kind}-${this.paths.size}`);
    make(path);
    this.paths.set(original, path);
    return path;
  }
}

const MAKE: Record<FileKind, (path: string) => void> = {
  raw: (path) => writeZeros(path, MEBIBYTE),
  qcow2: (path) => writeFileSync(path, emptyQcow2(MEBIBYTE)),
  // Firmware images must be a multiple of 64 KiB, and all flash together must stay below 8 MiB.
  firmware: (path) => writeZeros(path, 128 * 1024),
  kernel: (path) => writeFileSync(path, emptyKernel()),
  blob: (path) => writeZeros(path, 4096),
};

function writeZeros(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}

/** An image without data (docs/interop/qcow2.txt of QEMU): header, refcount table, one refcount block, one L1 table. */
function emptyQcow2(virtualSize: number): Buffer {
  const cluster = 65536;
  const [refcountTable, refcountBlock, l1Table] = [cluster, 2 * cluster, 3 * cluster];
  const image = Buffer.alloc(4 * cluster);
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(3, 4); // version
  image.writeUInt32BE(16, 20); // cluster bits
  image.writeBigUInt64BE(BigInt(virtualSize), 24);
  image.writeUInt32BE(1, 36); // entries of the L1 table
  image.writeBigUInt64BE(BigInt(l1Table), 40);
  image.writeBigUInt64BE(BigInt(refcountTable), 48);
  image.writeUInt32BE(1, 56); // clusters of the refcount table
  image.writeUInt32BE(4, 96); // refcounts are 2^4 bits wide
  image.writeUInt32BE(104, 100); // length of this header
  image.writeBigUInt64BE(BigInt(refcountBlock), refcountTable);
  for (let index = 0; index < 4; index++) image.writeUInt16BE(1, refcountBlock + 2 * index);
  return image;
}

/** A bzImage by its header alone (Documentation/arch/x86/boot.rst of Linux), new enough to take an initial RAM disk. */
function emptyKernel(): Buffer {
  const kernel = Buffer.alloc(65536);
  kernel[0x1f1] = 4; // sectors of real-mode code
  kernel.writeUInt16LE(0xaa55, 0x1fe);
  kernel.write('HdrS', 0x202);
  kernel.writeUInt16LE(0x020c, 0x206); // protocol version 2.12
  kernel[0x211] = 1; // loaded high
  kernel.writeUInt32LE(0x7fffffff, 0x22c); // highest address for the initial RAM disk
  kernel.writeUInt32LE(0x7ff, 0x238); // longest command line
  return kernel;
}
