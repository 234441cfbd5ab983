import { oncePer } from '../../values/oncePer.ts';
import type { CommandLine } from './commandLine.ts';
import type { Option } from './option.ts';

/**
 * Tells whether anything on the command line names an object, under whatever key: `memdev=m0`, `sgx-epc.0.memdev=`,
 * `/objects/m0`. Undefined where a part that is not known might.
 */
export function isReferredTo(line: CommandLine, id: string, own: Option): boolean | undefined {
  const { texts, open } = mentionsIn(line);
  const elsewhere = (options: ReadonlySet<Option> | undefined): boolean =>
    options !== undefined && options.size > (options.has(own) ? 1 : 0);
  if (elsewhere(texts.get(id)) || elsewhere(texts.get(`/objects/${id}`))) return true;
  return line.openedBy.length > 0 || elsewhere(open) ? undefined : false;
}

interface Mentions {
  /** The values of all properties, each with the options that it stands in. */
  readonly texts: ReadonlyMap<string, ReadonlySet<Option>>;
  /** Options with a part that is not known. */
  readonly open: ReadonlySet<Option>;
}

/** Read once for a command line: it may have hundreds of objects to be asked about. */
const mentionsIn = oncePer((line: CommandLine): Mentions => {
  const texts = new Map<string, Set<Option>>();
  for (const option of line.options) {
    for (const { plain } of option.text.properties) {
      if (plain === undefined) continue;
      const options = texts.get(plain);
      if (options) options.add(option);
      else texts.set(plain, new Set([option]));
    }
  }
  return { texts, open: new Set(line.options.filter(({ open }) => open)) };
});
