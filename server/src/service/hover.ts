import type { Document } from '../dialects/document.ts';
import type { CommandLine } from '../dialects/qemu/commandLine.ts';
import type { Analysis } from './analyze.ts';
import { hoverLibvirt } from './hoverLibvirt.ts';
import { hoverQemu } from './hoverQemu.ts';
import type { Hover } from './hoverText.ts';
import { hoverUnknown } from './hoverUnknown.ts';

export type { Hover } from './hoverText.ts';

/**
 * Explains what stands at an offset: what it is, on which side, the value it has and where that came from.
 * @returns undefined where there is nothing to say.
 */
export function hoverAt({ document }: Analysis, offset: number): Hover | undefined {
  return (
    hoverQemu(document.text, commandLinesOf(document), offset) ??
    hoverLibvirt(document, offset) ??
    hoverUnknown(document, offset)
  );
}

const commandLinesOf = (document: Document): CommandLine[] =>
  document.subjects.flatMap(({ variants }) =>
    variants.flatMap((variant) => {
      const line = variant.dialect === 'qemu' ? variant.line : variant.passed?.line;
      return line ? [line] : [];
    }),
  );
