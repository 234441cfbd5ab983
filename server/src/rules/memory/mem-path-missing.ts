import type { Change } from '../../dialects/change.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { complete } from '../../guest/collection.ts';
import type { Backing } from '../../guest/memory.ts';
import { ramSize, sizeOf } from '../../guest/queries.ts';
import { effective, isKnown, placeOf } from '../../guest/value.ts';
import { type Bytes, formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { sizeText } from './backendText.ts';

export default defineRule({
  name: 'mem-path-missing',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'A memory backend does not say where its file is, or how large it is.',
  explains: ['missing-required-property', 'memory-backend-unused', 'numa-memory-sum', 'machine-backend-size'],
  sources: [
    { title: "QEMU: Parameter 'mem-path' is missing", ref: 'qapi/qom.json: MemoryBackendFileProperties' },
    {
      title: "QEMU: property 'size' doesn't take value '0'",
      ref: 'backends/hostmem.c: host_memory_backend_set_size',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, sources, report } = context;
    for (const backing of guest.memory.backings.items) {
      const option = sources.get(backing);
      const type = effective(backing.type);
      if (!option || option.open || type === undefined) continue;
      const found = withoutPath(option, backing, type) ?? withoutSize(context, option, backing, type);
      if (found) report({ about: backing, at: placeOf(backing.type), ...found });
    }
  },
});

type Found = Pick<Parameters<QemuContext['report']>[0], 'message' | 'fixes'> & {
  readonly at?: Parameters<QemuContext['report']>[0]['at'];
};

function withoutPath(option: Option, { path }: Backing, type: string): Found | undefined {
  if (type !== 'memory-backend-file' || path.state !== 'absent') return undefined;
  const become = (text: string): Change => ({ op: 'set-property', option, key: 'qom-type', text });
  return {
    message: `${type} is memory in a file and names none: QEMU stops with "Parameter 'mem-path' is missing".`,
    fixes: [
      {
        title: 'Take memory without a file',
        applicability: 'suggestion',
        changes: [become('memory-backend-ram')],
      },
      {
        title: 'Take a memfd, a file without a name',
        applicability: 'suggestion',
        changes: [become('memory-backend-memfd')],
      },
    ],
  };
}

function withoutSize(
  context: QemuContext,
  option: Option,
  backing: Backing,
  type: string,
): Found | undefined {
  const { size } = backing;
  // The shared memory of another process has its size already.
  if (type === 'memory-backend-epc' || (size.state !== 'absent' && !(isKnown(size) && size.value === 0n)))
    return undefined;
  const wanted = neededOf(context, backing);
  const fixes: Fix[] =
    wanted === undefined || wanted <= 0n
      ? []
      : [
          {
            title: `Make it ${formatBytes(wanted)}`,
            applicability: 'suggestion',
            changes: [{ op: 'set-property', option, key: 'size', text: sizeText(option, wanted) }],
          },
        ];
  if (isKnown(size)) {
    return {
      message: `A memory backend cannot be empty: QEMU stops with "property 'size' of ${type} doesn't take value '0'".`,
      at: size.span,
      fixes,
    };
  }
  return {
    message: `${type} does not say how large it is: QEMU stops with "Parameter 'size' is missing".`,
    fixes,
  };
}

/** What the guest's memory lacks without this backend. */
function neededOf({ guest }: QemuContext, backing: Backing): Bytes | undefined {
  const { whole } = guest.memory;
  const total = effective(guest.memory.size) === undefined ? undefined : ramSize(guest);
  if (whole.target.state === 'found') return whole.target.item === backing ? total : undefined;
  const nodes = complete(guest.nodes);
  const mine = nodes?.filter(
    ({ backing: { target } }) => target.state === 'found' && target.item === backing,
  );
  if (!nodes || mine?.length !== 1 || total === undefined) return undefined;
  const others = nodes.filter((node) => node !== mine[0]).map(sizeOf);
  if (others.some((size) => size === undefined)) return undefined;
  return others.reduce<Bytes>((left, size) => left - size!, total);
}
