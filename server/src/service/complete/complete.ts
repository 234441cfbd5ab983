import { carriedBy } from '../../dialects/carriers/carried.ts';
import type { Document } from '../../dialects/document.ts';
import { readDocument, type Source } from '../../dialects/read.ts';
import type { Target } from '../../guest/target.ts';
import type { Host } from '../../host/host.ts';
import type { Excerpt } from '../../text/excerpt.ts';
import { concerns } from '../../text/relevance.ts';
import { completeDomain } from './completeDomain.ts';
import { completeQemu } from './completeQemu.ts';
import type { Completion } from './completion.ts';
import { plainText } from './completion.ts';
import { withMark } from './mark.ts';
import { markedReading } from './qemu/marked.ts';

/** What is asked of a completion. */
export interface Request {
  readonly source: Source;
  /** What was read of the source already, where somebody did. */
  readonly document?: Document | undefined;
  readonly offset: number;
  readonly target: Target;
  /** The machine that the guests run on. */
  readonly host?: Host | undefined;
  /** The character that was just typed, where that is why we are asked. */
  readonly trigger?: string | undefined;
}

/**
 * What may be written at an offset. Pure, and no rule is run: the text is read with a mark at the offset. Empty
 * in places that are none of our business: comments, `$VARIABLES`, other languages.
 */
export function complete(request: Request): Completion[] {
  const { source, offset } = request;
  const carried = carriedBy(source);
  if (!carried) return completeWhole(request);
  const { uri } = source;
  for (const { dialect, excerpt } of carried) {
    const inside = excerpt.fromCarrier(offset);
    if (inside === undefined) continue;
    const part = { uri, text: excerpt.text, dialect };
    return completeWhole({ ...request, source: part, document: undefined, offset: inside }).flatMap((item) =>
      toCarrier(excerpt, item, offset),
    );
  }
  return [];
}

function completeWhole({ source, document, offset, target, host, trigger }: Request): Completion[] {
  const { text, dialect } = source;
  const language = concerns(text, dialect);
  if (!language) return [];
  if (language === 'libvirt') {
    const items = completeDomain(source, offset, { target, host }, trigger);
    if (items) return items;
  }
  const script = document?.dialect === 'qemu' ? document : undefined;
  if (script?.comments.some(({ start, end }) => start < offset && offset <= end)) return [];
  const { text: marked, mark } = withMark(text, offset);
  const reading =
    (script && markedReading(script, offset, mark)) ??
    readDocument({ ...source, text: marked, dialect: language }, mark);
  return reading ? completeQemu(text, reading, mark, { target, host }, trigger) : [];
}

/** An item of an excerpt where its carrier has it; none where the carrier would write it in another way. */
function toCarrier(excerpt: Excerpt, item: Completion, offset: number): Completion[] {
  const newText = plainText(item.insertion);
  const [edit] = excerpt.toCarrierEdits([{ range: item.range, newText }]) ?? [];
  if (edit?.newText !== newText || edit.range.start > offset || edit.range.end < offset) return [];
  return [{ ...item, range: edit.range }];
}
