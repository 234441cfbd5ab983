import { explainQemu } from '../../../catalogue/explanations.ts';
import { type Quoting, quote } from '../../../dialects/qemu/word.ts';
import type { Range } from '../../../text/span.ts';
import { code, renderHover, strong } from '../../hoverText.ts';
import type { Insertion } from '../completion.ts';

/** The place that the items of one list are for. */
export interface Site {
  readonly range: Range;
  readonly quoting: Quoting;
}

/** An insertion as its place wants it: QEMU's commas are the caller's, the shell's quotes are not. */
export const quoted = ({ quoting }: Site, insertion: Insertion): Insertion =>
  insertion.map((part) =>
    typeof part === 'string' ? quote(part, quoting) : { ...part, text: quote(part.text, quoting) },
  );

/** What we have to say about an option, its type or its property. */
export function documentation(
  option: string,
  type: string | undefined,
  property: string | undefined,
): string | undefined {
  const explanation = explainQemu(option, type, property);
  if (!explanation) return undefined;
  const name = type === undefined ? `-${option}` : `-${option} ${type}`;
  const title = property === undefined ? strong(name) : `${strong(property)} of ${code(name)}`;
  return renderHover({ title, explanation, facts: [] });
}
