import type { CommandLine } from '../dialects/qemu/commandLine.ts';
import { isKnown } from '../guest/value.ts';
import type { Range } from '../text/span.ts';
import {
  describeExpansion,
  describeOption,
  describeProperty,
  describeUses,
  type Hit,
} from './hoverOption.ts';
import type { Hover } from './hoverText.ts';

/**
 * What there is to say about an option, or one property of it.
 * @param lines the command lines that the text describes, one for each path through it
 */
export function hoverQemu(text: string, lines: readonly CommandLine[], offset: number): Hover | undefined {
  const holds = (range: Range): boolean => range.start <= offset && offset <= range.end;
  const seen = lines.flatMap((line) => hitsIn(line, holds));
  const hits = seen.length > 0 ? seen : lines.flatMap((line) => definitionsIn(line, holds));
  const markdown = hits[0] && describe(text, hits, hits[0]);
  return markdown === undefined ? undefined : { range: hits[0]!.range, markdown };
}

function describe(text: string, hits: readonly Hit[], first: Hit): string | undefined {
  const alike = hits.every(
    ({ option, property, part }) =>
      option.name === first.option.name && property?.key === first.property?.key && part === first.part,
  );
  if (first.part === 'word' && alike) return describeOption(first);
  if (alike) return describeProperty(text, hits, first);
  return first.part === 'definition' ? describeUses(text, hits, first) : describeExpansion(text, hits, first);
}

/** What of a command line the reader sees at an offset: several things where one variable brings them. */
function hitsIn(line: CommandLine, holds: (range: Range) => boolean): Hit[] {
  const hits: Hit[] = [];
  for (const option of line.options) {
    const { word, argument, properties } = option;
    if (holds(word.range)) {
      hits.push({ line, option, property: undefined, part: 'word', range: word.range });
    } else if (argument && holds(argument.range)) {
      const found = properties.filter(({ span }) => holds(span));
      for (const property of found) {
        hits.push({ line, option, property, part: 'argument', range: property.span });
      }
      if (properties.length === 0) {
        hits.push({ line, option, property: undefined, part: 'argument', range: argument.range });
      }
    }
  }
  return hits;
}

/** The properties whose value was assigned at an offset, elsewhere in the script. */
function definitionsIn(line: CommandLine, holds: (range: Range) => boolean): Hit[] {
  return line.options.flatMap((option) =>
    option.properties.flatMap((property): Hit[] => {
      const { value } = property;
      if (!isKnown(value) || value.origin.kind !== 'variable') return [];
      const range = value.slot?.span ?? value.origin.definition;
      return holds(range) ? [{ line, option, property, part: 'definition', range }] : [];
    }),
  );
}
