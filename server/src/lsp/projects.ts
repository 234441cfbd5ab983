import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT_FILE, type ProjectFile } from './projectFile.ts';
import { ProjectReader } from './projectReader.ts';

/**
 * Knows which virtlens.json counts for a document: the nearest one between the document and the workspace folder
 * that holds it. What was read is kept until something tells that it has changed.
 */
export class Projects {
  readonly #roots: Set<string>;
  readonly #reader = new ProjectReader();

  /** @param roots the workspace folders, as URIs. */
  constructor(roots: readonly string[]) {
    this.#roots = new Set(roots.flatMap((uri) => pathOf(uri) ?? []));
  }

  /** Called each time a folder's file was read, or found missing. */
  set onRead(told: (file: string, project: ProjectFile | undefined) => void) {
    this.#reader.onRead = told;
  }

  /** The file that counts for a document, given as a URI. */
  async of(uri: string): Promise<ProjectFile | undefined> {
    const file = pathOf(uri);
    const root = file && this.#rootOf(file);
    return root ? this.#reader.nearest(file, (folder) => path.relative(root, folder) === '') : undefined;
  }

  /** The same as it is on disk by now, whatever was read before: whoever edits it needs its very text. */
  onDisk(uri: string): Promise<ProjectFile | undefined> {
    this.forget();
    return this.of(uri);
  }

  /** Reads a virtlens.json, given as a URI, anew. Whoever asks from now on waits for what is in it. */
  async reread(uri: string): Promise<void> {
    const file = pathOf(uri);
    if (!file || path.basename(file) !== PROJECT_FILE || !this.#rootOf(file)) return;
    const folder = path.dirname(file);
    this.#reader.forget(folder);
    await this.#reader.in(folder);
  }

  /** Reads everything anew when it is next asked for. */
  forget(): void {
    this.#reader.forgetAll();
  }

  /** Follows the workspace when folders, given as URIs, come and go. */
  moveTo(added: readonly string[], removed: readonly string[]): void {
    for (const uri of removed) this.#roots.delete(pathOf(uri) ?? '');
    for (const uri of added) this.#roots.add(pathOf(uri) ?? '');
    this.#roots.delete('');
    this.forget();
  }

  /** Whether a path lies in a workspace folder. */
  holds(file: string): boolean {
    return this.#rootOf(file) !== undefined;
  }

  /** The workspace's folder, where it has a single one. */
  get onlyRoot(): string | undefined {
    const [root, another] = this.#roots;
    return another === undefined ? root : undefined;
  }

  /** The workspace folder of a document, given as a URI. */
  rootOf(uri: string): string | undefined {
    const file = pathOf(uri);
    return file === undefined ? undefined : this.#rootOf(file);
  }

  /** Workspace folders may lie in each other: the innermost holds the file. */
  #rootOf(file: string): string | undefined {
    const roots = [...this.#roots].filter((root) => isWithin(root, file));
    return roots.reduce<string | undefined>(
      (inner, root) => (inner && inner.length > root.length ? inner : root),
      undefined,
    );
  }
}

/** The path behind a URI; undefined for what is not a file of this machine. */
export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** Whether a path is the folder's own or leads below it, by the names alone: links are not followed. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
