import { isKnown } from '../../guest/value.ts';
import { type Bytes, formatBytes, KiB } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';

/** QEMU makes the guest's memory a multiple of this (softmmu/vl.c: qemu_resolve_machine_memdev, set_memory_options). */
const GRAIN = 8n * KiB;

export default defineRule({
  name: 'machine-backend-size',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: "The machine's memory backend is not as large as the guest's memory.",
  sources: [
    {
      title: 'QEMU: Machine memory size does not match the size of the memory backend',
      ref: 'softmmu/vl.c: qemu_resolve_machine_memdev',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { whole, size } = guest.memory;
    if (whole.id.state !== 'known' || whole.target.state !== 'found' || !isKnown(size) || size.value === 0n)
      return;
    const backing = whole.target.item;
    if (!isKnown(backing.size) || roundUp(size.value) === backing.size.value) return;
    const name = whole.id.value;
    report({
      message:
        `The guest has ${formatBytes(size.value)}, but its backend ${name} has ${formatBytes(backing.size.value)}: ` +
        'QEMU stops with "Machine memory size does not match the size of the memory backend".',
      at: size.span,
      about: backing,
      related: [{ span: backing.size.span, message: 'The size of the backend.' }],
      fixes: [
        {
          title: `Give the backend ${formatBytes(size.value)}`,
          applicability: 'suggestion',
          changes: [{ op: 'set', entity: backing, field: 'size', to: roundUp(size.value) }],
        },
        {
          title: `Give the guest ${formatBytes(backing.size.value)}`,
          applicability: 'suggestion',
          changes: [{ op: 'set', entity: guest.memory, field: 'ram', to: backing.size.value }],
        },
      ],
    });
  },
});

const roundUp = (size: Bytes): Bytes => ((size + GRAIN - 1n) / GRAIN) * GRAIN;
