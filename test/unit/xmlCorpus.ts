import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const CORPUS = process.env.VIRTLENS_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus');

export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

/** The domain XML of libvirt's own tests, in the order of names; none where the corpus is not at hand. */
export function libvirtCorpus(): CorpusFile[] {
  const folders = ['libvirt-pos', 'libvirt-xml2xml'].map((name) => join(CORPUS, name));
  return folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.xml'))
          .sort()
          .map((name) => ({
            name: `${basename(folder)}/${name}`,
            text: readFileSync(join(folder, name), 'utf8'),
          }))
      : [],
  );
}
