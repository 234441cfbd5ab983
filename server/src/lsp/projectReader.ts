import * as path from 'node:path';
import { PROJECT_FILE, type ProjectFile, readProjectFile } from './projectFile.ts';

/** Reads the virtlens.json of folders, each once until it is told to forget it. */
export class ProjectReader {
  /** Called each time a folder's file was read, or found missing. */
  onRead: (file: string, project: ProjectFile | undefined) => void = () => {};
  readonly #byFolder = new Map<string, Promise<ProjectFile | undefined>>();

  /**
   * The file that counts for a path: the nearest one above it.
   * @param isTop whether the search ends with a folder. It ends with that of the file system anyway.
   */
  async nearest(file: string, isTop: (folder: string) => boolean): Promise<ProjectFile | undefined> {
    let folder = path.dirname(file);
    for (;;) {
      const found = await this.in(folder);
      const parent = path.dirname(folder);
      if (found || parent === folder || isTop(folder)) return found;
      folder = parent;
    }
  }

  /** The file of one folder. */
  in(folder: string): Promise<ProjectFile | undefined> {
    const known = this.#byFolder.get(folder);
    if (known) return known;
    const reading = readProjectFile(folder).then((project) => {
      if (this.#byFolder.get(folder) === reading) this.onRead(path.join(folder, PROJECT_FILE), project);
      return project;
    });
    this.#byFolder.set(folder, reading);
    return reading;
  }

  /** Reads a folder's file anew when it is next asked for. */
  forget(folder: string): void {
    this.#byFolder.delete(folder);
  }

  forgetAll(): void {
    this.#byFolder.clear();
  }
}
