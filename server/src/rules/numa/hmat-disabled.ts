import type { Change } from '../../dialects/change.ts';
import { type CommandLine, optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isAbsent, isKnown } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { hmatOf, numaOptions } from './hmat.ts';

export default defineRule({
  name: 'hmat-disabled',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'Latencies, bandwidths or initiators are given, and the table that holds them is off.',
  sources: [
    {
      title: 'QEMU: ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled',
      ref: 'hw/core/numa.c: parse_numa_node, set_numa_options',
    },
  ],
  since: '0.1.0',
  check({ line, report }) {
    if (optionsNamed(line, 'numa').length === 0) return;
    const hmat = hmatOf(line);
    if (!isAbsent(hmat) && !(isKnown(hmat) && !hmat.value)) return;
    const needs = numaOptions(line, 'node', 'hmat-lb', 'hmat-cache').flatMap((option): Place[] => {
      if (isKnown(option.head) && option.head.value !== 'node') {
        return [{ what: option.head.value, at: option.head.span, option }];
      }
      const initiator = option.find('initiator');
      return initiator ? [{ what: 'initiator=', at: initiator.span, option }] : [];
    });
    const [first, ...rest] = needs;
    if (!first) return;
    report({
      message:
        `${first.what} describes memory in the guest's HMAT, which is off unless -machine asks for it: QEMU stops with ` +
        '"ACPI Heterogeneous Memory Attribute Table (HMAT) is disabled, enable it with -machine hmat=on before using ' +
        'any of hmat specific options".',
      at: first.at,
      about: first.option,
      related: [
        ...(isKnown(hmat) ? [{ span: hmat.span, message: 'It is switched off here.' }] : []),
        ...rest.map(({ at }) => ({ span: at, message: 'This needs the table, too.' })),
      ],
      fixes: [
        { title: 'Switch the HMAT on', applicability: 'safe', changes: [switchOn(line, first.option)] },
      ],
    });
  },
});

interface Place {
  readonly what: string;
  readonly at: Span;
  readonly option: ReturnType<typeof numaOptions>[number];
}

function switchOn(line: CommandLine, user: Place['option']): Change {
  const machine = optionsNamed(line, 'machine', 'M').at(-1);
  return machine
    ? { op: 'set-property', option: machine, key: 'hmat', text: machine.json ? 'true' : 'on' }
    : { op: 'add-option', words: ['-machine', 'hmat=on'], after: user };
}
