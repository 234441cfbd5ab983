import { isX86 } from '../../guest/machine.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';

/** Machines that QEMU makes no nodes for; of other architectures than x86 only the empty one is known. */
const WITHOUT: ReadonlySet<string> = new Set(['none', 'x-remote']);

export default defineRule({
  name: 'numa-on-wrong-machine',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'Guest nodes are described for a machine that cannot have any.',
  sources: [
    { title: 'QEMU: NUMA is not supported by this machine-type', ref: 'hw/core/numa.c: set_numa_options' },
  ],
  since: '0.1.0',
  check({ guest, line, report }) {
    const { type } = guest.machine;
    if (!isKnown(type) || !WITHOUT.has(type.value.name)) return;
    if (type.value.name !== 'none' && !isX86(guest.machine)) return;
    const first = line.options.find(({ name }) => name === 'numa');
    if (!first) return;
    report({
      message: `Machine ${type.value.name} has no NUMA: QEMU stops with "NUMA is not supported by this machine-type".`,
      at: type.span,
      about: [guest.machine, ...guest.nodes.items],
      related: [{ span: first.span, message: 'This asks for it.' }],
      fixes: isX86(guest.machine)
        ? [
            {
              title: 'Choose machine q35',
              applicability: 'suggestion',
              changes: [{ op: 'replace', value: type, text: 'q35' }],
            },
          ]
        : [],
    });
  },
});
