/** Why a file could not be dealt with. */
export type ProblemKind =
  | 'missing'
  | 'unreadable'
  | 'not-utf8'
  | 'binary'
  | 'too-large'
  | 'unwritable'
  | 'configuration'
  | 'host-profile'
  | 'internal';

/** Trouble with a file: it makes the run exit with 2, and the others go on. */
export interface Problem {
  /** As the user gave it, with `/`. */
  readonly path: string;
  readonly kind: ProblemKind;
  /** The fact, then the remedy; does not name the file again. */
  readonly message: string;
  /** Where in the file, counted from 1. */
  readonly at?: { readonly line: number; readonly column: number };
}

/** Thrown where a file is read or written; becomes a Problem beside its path. */
export class FileTrouble extends Error {
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What the system says in `errno`, in words. */
export function systemMessage(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'is a folder';
    case 'ENOSPC':
      return 'no space is left on the device';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ELOOP':
      return 'its symbolic links lead in a circle';
    default:
      return message ?? String(error);
  }
}
