import '../lib/catalogue.ts';
import type { Target } from '../../server/src/guest/target.ts';
import type { Host } from '../../server/src/host/host.ts';
import { complete } from '../../server/src/service/complete/complete.ts';
import { type Completion, plainText } from '../../server/src/service/complete/completion.ts';
import { applyEdits } from '../../server/src/text/edit.ts';

const NEWEST: Target = { qemu: undefined, libvirt: undefined };

export interface Offered {
  readonly text: string;
  /** In the order in which editors show them. */
  readonly items: readonly Completion[];
  readonly labels: readonly string[];
  item(label: string): Completion;
  /** The text after an item was taken, with nothing filled in. */
  accepted(label: string): string;
}

/** What is offered at the mark ‸ of a text. */
export function completionsAt(
  marked: string,
  trigger?: string,
  target: Target = NEWEST,
  host?: Host,
): Offered {
  const offset = marked.indexOf('‸');
  if (offset < 0) throw new Error('the text has no mark');
  const text = marked.replace('‸', '');
  const source = { uri: 'file:///guest', text };
  const items = [...complete({ source, offset, target, host, trigger })].sort((a, b) =>
    a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0,
  );
  const item = (label: string): Completion => {
    const found = items.find((each) => each.label === label);
    if (!found) throw new Error(`${label} is not among: ${items.map((each) => each.label).join(', ')}`);
    return found;
  };
  return {
    text,
    items,
    labels: items.map(({ label }) => label),
    item,
    accepted(label) {
      const { range, insertion } = item(label);
      return applyEdits(text, [{ range, newText: plainText(insertion) }]);
    },
  };
}
