import { oncePer } from '../../values/oncePer.ts';
import type { CommandLine } from './commandLine.ts';
import type { Option } from './option.ts';

/**
 * Tells whether anything on the command line names the object that `own` makes, under whatever key: `memdev=m0`, `sgx-epc.0.memdev=`,
 * `/objects/m0`. Undefined where a part that is not known might.
 */
export function isReferredTo(line: CommandLine, id: string, own: Option): boolean | undefined {
  const { texts, open } = mentionsIn(line);
  const elsewhere = (options: readonly Option[] = []): boolean => options.some((option) => option !== own);
  if (elsewhere(texts.get(id)) || elsewhere(texts.get(`/objects/${id}`))) return true;
  return line.openedBy.length > 0 || elsewhere(open) ? undefined : false;
}

interface Mentions {
  /** The values of properties that are ids as well, or paths, each with the options that it stands in. */
  readonly texts: ReadonlyMap<string, readonly Option[]>;
  /** Options with a part that is not known. */
  readonly open: readonly Option[];
}

/** Read once for a command line: it may have hundreds of objects to be asked about. */
const mentionsIn = oncePer((line: CommandLine): Mentions => {
  const ids = new Set<string>();
  for (const { text } of line.options) {
    const id = text.says('id');
    if (id !== undefined) ids.add(id);
  }
  const texts = new Map<string, Option[]>();
  for (const option of line.options) {
    for (const { plain } of option.text.properties) {
      if (plain === undefined || !(ids.has(plain) || plain.startsWith('/objects/'))) continue;
      const options = texts.get(plain);
      if (options) options.push(option);
      else texts.set(plain, [option]);
    }
  }
  return { texts, open: line.options.filter(({ open }) => open) };
});
