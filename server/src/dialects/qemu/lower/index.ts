import type { Gap, Guest } from '../../../guest/guest.ts';
import { mapValue } from '../../../guest/value.ts';
import { spanOf } from '../../../text/span.ts';
import { type CommandLine, mergedValue } from '../commandLine.ts';
import { lowerAddresses } from './addresses.ts';
import { lowerDisplays } from './displays.ts';
import { lowerMachine, lowerTopology } from './machine.ts';
import { lowerBackings, lowerMemory } from './memory.ts';
import { lowerNuma } from './nodes.ts';
import { lowerPci } from './pci.ts';
import { lowerProcessor } from './processor.ts';
import type { Sources } from './sources.ts';
import { lowerThreads } from './threads.ts';

/** Reads a command line as a guest; `sources` leads from its entities back to their options. */
export function lowerCommandLine(line: CommandLine): { guest: Guest; sources: Sources } {
  const sources: Sources = new Map();
  const machine = lowerMachine(line);
  const processor = lowerProcessor(line, sources);
  const backings = lowerBackings(line, sources);
  const guest: Guest = {
    dialect: 'qemu',
    name: mapValue(mergedValue(line, ['name'], 'guest'), (text) => text),
    label: line.command,
    extent: line.span,
    machine,
    topology: lowerTopology(line, machine),
    memory: lowerMemory(line, machine, backings),
    ...lowerNuma(line, backings, sources),
    pci: lowerPci(line, machine, sources),
    threads: lowerThreads(line),
    processor,
    addresses: lowerAddresses(line, machine, processor),
    displays: lowerDisplays(line, sources),
    understood: () => ({ total: line.options.length + line.openings.length, gaps: gapsOf(line) }),
  };
  return { guest, sources };
}

/** Options that we do not know, and those with a part that cannot be known; one gap each. */
function gapsOf(line: CommandLine): readonly Gap[] {
  const gaps: Gap[] = [...line.openings];
  for (const option of line.options) {
    const piece = option.argument?.pieces.find((candidate) => candidate.text === undefined);
    if (piece) gaps.push({ span: spanOf(line.uri, piece.at), why: piece.why ?? 'not-evaluated' });
    else if (option.shape === undefined)
      gaps.push({ span: spanOf(line.uri, option.word.range), why: 'unknown-option' });
  }
  return gaps;
}
