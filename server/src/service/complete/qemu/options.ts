import type { QemuCatalogue } from '../../../catalogue/qemu.ts';
import { optionShape } from '../../../dialects/qemu/optionTable.ts';
import { type Completion, completion } from '../completion.ts';
import type { QemuCursor } from './cursor.ts';
import { documentation, quoted, type Site } from './draft.ts';
import { keptList } from './kept.ts';

/**
 * The options of QEMU.
 * @param text of the document
 */
export function completeOptions(
  text: string,
  cursor: QemuCursor,
  site: Site,
  catalogue: QemuCatalogue,
): Completion[] {
  const dashes = cursor.text.startsWith('--') ? '--' : '-';
  // Where an argument follows, only the name is written anew.
  const isLast = /^(?:[\s)"'`;|&]|$)/.test(text.slice(site.range.end, site.range.end + 1));
  const hasArgument = /^[ \t]+[^\s\\#)]/.test(text.slice(site.range.end));
  return optionsOf(catalogue).map(({ name, takes, detail, documentation: about }) => {
    const label = `${dashes}${name}`;
    const waits = takes && isLast && !hasArgument;
    return completion({
      label,
      kind: 'option',
      range: site.range,
      insertion: quoted(site, [label]).concat(waits ? [' '] : []),
      detail,
      documentation: about,
      rank: about && name !== 'M' ? 1 : 2,
      continues: waits,
    });
  });
}

interface NamedOption {
  readonly name: string;
  readonly takes: boolean;
  readonly detail: string;
  readonly documentation: string | undefined;
}

const optionsOf = (catalogue: QemuCatalogue): readonly NamedOption[] =>
  keptList(catalogue, 'option', () =>
    catalogue.names('option').map((name) => {
      const shape = optionShape(name);
      const takes = shape === undefined ? catalogue.option(name)?.takesArgument === true : shape !== 'flag';
      const detail = takes ? (typeof shape === 'object' ? 'key=value, …' : 'one argument') : 'no argument';
      return { name, takes, detail, documentation: documentation(name, undefined, undefined) };
    }),
  );
