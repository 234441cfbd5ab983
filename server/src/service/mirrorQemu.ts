import type { Change } from '../dialects/change.ts';
import type { QemuVariant } from '../dialects/document.ts';
import { optionsNamed } from '../dialects/qemu/commandLine.ts';
import { alike } from '../dialects/qemu/writeNuma.ts';
import type { Placement } from '../placement/placement.ts';
import { qemuSize } from '../values/byteSize.ts';
import type { Mirror } from './mirror.ts';

/**
 * Guest nodes for a command line, each with a backing like the one that there was.
 * @throws CannotWrite where the backing cannot be had twice.
 */
export function mirrorQemu(
  { nodes, cores, threads }: Mirror,
  { line, guest, sources }: QemuVariant,
  { groups }: Placement,
): Change[] | undefined {
  const [group] = groups;
  const smp = optionsNamed(line, 'smp').at(-1);
  // -mem-path is for memory that no node has.
  if (!group || !smp || guest.memory.path.state !== 'absent') return undefined;
  const backing = group.backing.state === 'found' ? sources.get(group.backing.item) : undefined;
  const [type, ...others] = backing ? alike(backing) : ['memory-backend-ram'];
  const shared = others.filter((text) => !/^(policy|host-nodes)=/.test(text));
  const machine = optionsNamed(line, 'machine', 'M');
  const own = group.node && sources.get(group.node);
  const gone: Change[] = [
    ...machine.flatMap((option) =>
      option.all('memory-backend').map((property): Change => ({ op: 'remove-property', option, property })),
    ),
    ...[backing, own].flatMap((option): Change[] => (option ? [{ op: 'remove-option', option }] : [])),
  ];
  const add = (...words: string[]): Change => ({ op: 'add-option', words, after: smp });
  const made = nodes.flatMap(({ id, hostNode, vcpus, size }) => [
    add(
      '-object',
      [
        type,
        `id=host${hostNode}`,
        `size=${qemuSize(size)}`,
        ...shared,
        'policy=bind',
        `host-nodes=${hostNode}`,
      ].join(','),
    ),
    add('-numa', `node,nodeid=${id},cpus=${vcpus},memdev=host${hostNode}`),
  ]);
  const distances = nodes.flatMap(({ id, distances: row }) =>
    row.flatMap((value, to) => (to === id ? [] : [add('-numa', `dist,src=${id},dst=${to},val=${value}`)])),
  );
  const levels: Change = {
    op: 'set',
    entity: guest.topology,
    field: 'levels',
    to: { sockets: nodes.length, cores, threads },
  };
  return [levels, ...gone, ...made, ...distances];
}
