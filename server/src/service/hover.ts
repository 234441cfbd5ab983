import type { Document } from '../dialects/document.ts';
import type { CommandLine } from '../dialects/qemu/commandLine.ts';
import type { Analysis } from './analyze.ts';
import { hoverHost } from './hoverHost.ts';
import { hoverLibvirt } from './hoverLibvirt.ts';
import { hoverPlacement } from './hoverPlacement.ts';
import { hoverQemu } from './hoverQemu.ts';
import type { Hover } from './hoverText.ts';
import { hoverUnknown } from './hoverUnknown.ts';
import { partAt } from './parts.ts';

export type { Hover } from './hoverText.ts';

/**
 * Explains what stands at an offset: what it is, on which side, the value it has and where that came from.
 * @returns undefined where there is nothing to say.
 */
export function hoverAt(analysis: Analysis, offset: number): Hover | undefined {
  if (analysis.parts) return hoverInPart(analysis, offset);
  const { document } = analysis;
  const itself =
    hoverQemu(document.text, commandLinesOf(document), offset) ??
    hoverLibvirt(document, offset) ??
    hoverUnknown(document, offset);
  return join([itself, hoverHost(analysis, offset), hoverPlacement(analysis, offset)]);
}

/** What a thing is, what it is on the host, then why something is said of where it is. */
function join(parts: readonly (Hover | undefined)[]): Hover | undefined {
  const [first, ...others] = parts.filter((part) => part !== undefined);
  if (!first) return undefined;
  return { ...first, markdown: [first, ...others].map(({ markdown }) => markdown).join('\n\n---\n\n') };
}

function hoverInPart(analysis: Analysis, offset: number): Hover | undefined {
  const found = partAt(analysis, offset);
  const hover = found && hoverAt(found.part.analysis, found.offset);
  return hover && { ...hover, range: found.part.excerpt.toCarrier(hover.range) };
}

const commandLinesOf = (document: Document): CommandLine[] =>
  document.subjects.flatMap(({ variants }) =>
    variants.flatMap((variant) => {
      const line = variant.dialect === 'qemu' ? variant.line : variant.passed?.line;
      return line ? [line] : [];
    }),
  );
