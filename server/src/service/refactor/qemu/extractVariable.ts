import type { Option, Property } from '../../../dialects/qemu/option.ts';
import { isKnown, type Slot } from '../../../guest/value.ts';
import { contains, sliceOf } from '../../../text/span.ts';
import type { Proposal, QemuPlace } from '../refactoring.ts';
import { freeName, lineAbove } from './script.ts';

/** Gives the value of a property a name, in a line above the command. */
export function extractVariable({ document, variant: { line }, range, inScript }: QemuPlace): Proposal[] {
  if (!inScript) return [];
  const { text } = document;
  for (const option of line.options) {
    for (const property of option.properties) {
      const slot = plainSlot(text, option, property);
      if (!slot || !contains(slot.span, range)) continue;
      const above = lineAbove(document, slot.span);
      if (!above) return [];
      const name = freeName(text, nameFor(option, property));
      const value = sliceOf(text, slot.span);
      return [
        {
          title: `Extract ${value} to a variable: ${name}`,
          kind: 'refactor.extract',
          keeps: 'arguments',
          edits: [
            { range: { start: above.at, end: above.at }, newText: `${name}=${value}\n${above.indent}` },
            { range: slot.span, newText: `$${name}` },
          ],
        },
      ];
    }
  }
  return [];
}

/** Where a value stands as it is: without escapes, and with nothing in it that the shell would split or expand. */
function plainSlot(text: string, { argument }: Option, { form, value }: Property): Slot | undefined {
  if (form !== 'keyval' && form !== 'implied') return undefined;
  if (!isKnown(value) || !value.slot || value.origin.kind !== 'literal') return undefined;
  const { span } = value.slot;
  const isPlain = sliceOf(text, span) === value.value && /^[\w.,:/@%+-]+$/.test(value.value);
  const piece = argument?.pieces.find(({ source }) => contains(source, span));
  return isPlain && (piece?.quoting === 'bare' || piece?.quoting === 'double') ? value.slot : undefined;
}

/** Of two words at least, as many names of one mean something to the shell or to QEMU: PATH, UID, DISPLAY. */
function nameFor(option: Option, { key }: Property): string {
  const words = /[-_.]/.test(key) ? key : `${option.name}-${key}`;
  return words.toUpperCase().replace(/\W/g, '_');
}
