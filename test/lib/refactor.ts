import type { DialectId } from '../../server/src/guest/guest.ts';
import type { Target } from '../../server/src/guest/target.ts';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import { offerRefactorings } from '../../server/src/service/refactor/offer.ts';
import type { Refactoring } from '../../server/src/service/refactor/refactoring.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import type { Carrier } from '../../server/src/text/carrier.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import './catalogue.ts';

export interface Asking {
  readonly dialect?: DialectId;
  readonly carrier?: Carrier;
  readonly target?: Partial<Target>;
}

/** Where the cursor is in a text that marks it with `|`, and the text without the mark. */
function cursorIn(marked: string): { text: string; at: number } {
  const at = marked.indexOf('|');
  if (at < 0 || marked.includes('|', at + 1)) throw new Error('the text marks no place, or several');
  return { text: marked.slice(0, at) + marked.slice(at + 1), at };
}

export function read(text: string, { target, ...kind }: Asking): Analysis {
  const settings = {
    ...DEFAULT_SETTINGS,
    target: { qemu: undefined, libvirt: undefined, ...target },
  };
  const analysis = analyze({ uri: 'test', text, ...kind }, settings);
  if (!analysis) throw new Error('the text is taken for none of our business');
  return analysis;
}

/** What is offered at the mark. */
function offeredAt(marked: string, asking: Asking): readonly Refactoring[] {
  const { text, at } = cursorIn(marked);
  return offerRefactorings(read(text, asking), { start: at, end: at });
}

export const titlesAt = (marked: string, asking: Asking): string[] =>
  offeredAt(marked, asking).map(({ title }) => title);

/** The text after the refactoring whose title starts so. */
export function refactored(marked: string, title: string, asking: Asking): string {
  const offered = offeredAt(marked, asking);
  const found = offered.find((each) => each.title.startsWith(title));
  if (!found) {
    throw new Error(
      `no refactoring "${title}…" among ${offered.map((each) => each.title).join('; ') || 'none'}`,
    );
  }
  return applyEdits(cursorIn(marked).text, found.edits);
}
