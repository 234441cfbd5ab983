import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../server/src/host/facts.ts';
import { describeConflict, merge } from '../../server/src/host/merge.ts';

const numactl: HostFacts = {
  source: 'numactl -H',
  nodes: [
    { id: 1, cpus: '2-3', memoryMiB: 2000, distances: { '0': 21, '1': 10 } },
    { id: 0, cpus: '0-1', memoryMiB: 1000, distances: { '0': 10, '1': 21 } },
  ],
};
const nodedev: HostFacts = {
  source: 'nodedev',
  pci: [{ address: '0000:af:00.0', class: '030200', nodes: [1], iommuGroup: 7, name: 'One name' }],
};

describe('merge', () => {
  it('joins sources that know different things', () => {
    expect(merge([nodedev, numactl])).toEqual({
      profile: {
        schemaVersion: 1,
        sources: ['nodedev', 'numactl -H'],
        nodes: [numactl.nodes![1], numactl.nodes![0]],
        pci: nodedev.pci,
      },
      conflicts: [],
    });
  });

  it('lets later sources fill gaps within a thing', () => {
    const more: HostFacts = {
      source: 'virsh capabilities',
      nodes: [{ id: 0, hugePages: [{ sizeKiB: 2048, total: 4 }] }],
      cpus: [
        { id: 1, core: 1 },
        { id: 0, core: 0 },
      ],
      volatile: { capturedAt: '2026-01-31T12:00:00Z' },
    };
    const { profile, conflicts } = merge([numactl, more]);
    expect(profile.nodes[0]).toEqual({ ...numactl.nodes![1], hugePages: [{ sizeKiB: 2048, total: 4 }] });
    expect(profile.cpus!.map(({ id }) => id)).toEqual([0, 1]);
    expect(profile.volatile).toEqual({ capturedAt: '2026-01-31T12:00:00Z' });
    expect(conflicts).toEqual([]);
  });

  it('keeps what the first source says, and reports who disagrees', () => {
    const other: HostFacts = {
      source: 'lstopo',
      nodes: [{ id: 1, cpus: '2-4', memoryMiB: 4000, distances: { '0': 20 } }],
      pci: [{ address: '0000:af:00.0', nodes: [0, 1], iommuGroup: null }],
    };
    const { profile, conflicts } = merge([numactl, nodedev, other]);
    expect(profile.nodes[1]).toEqual(numactl.nodes![0]);
    expect(conflicts.map(describeConflict)).toEqual([
      'nodes[1].cpus: kept "2-3" (numactl -H), dropped "2-4" (lstopo)',
      'nodes[1].memoryMiB: kept 2000 (numactl -H), dropped 4000 (lstopo)',
      'nodes[1].distances.0: kept 21 (numactl -H), dropped 20 (lstopo)',
      'pci[0000:af:00.0].nodes: kept [1] (nodedev), dropped [0,1] (lstopo)',
      'pci[0000:af:00.0].iommuGroup: kept 7 (nodedev), dropped null (lstopo)',
    ]);
  });

  it('does not quarrel over wording, over what changes, or over a per cent of memory', () => {
    const other: HostFacts = {
      source: 'lstopo',
      nodes: [{ id: 1, memoryMiB: 2010 }],
      pci: [{ address: '0000:af:00.0', name: 'Another name' }],
      volatile: { capturedAt: '2026-01-02T00:00:00Z', nodes: [{ id: 0, freeMiB: 2 }] },
    };
    const before: HostFacts = {
      source: 'sysfs',
      volatile: { capturedAt: '2026-01-01T00:00:00Z', nodes: [{ id: 0, freeMiB: 1 }] },
    };
    expect(merge([numactl, nodedev, before, other]).conflicts).toEqual([]);
  });

  it('knows a link from either of its ends', () => {
    const [a, b] = ['0000:1b:00.0', '0000:43:00.0'];
    const links = [
      { source: 'one', gpuLinks: [{ a, b, kind: 'NV18' }] },
      { source: 'two', gpuLinks: [{ a: b, b: a, kind: 'SYS' }] },
    ];
    expect(merge(links as HostFacts[]).profile.gpuLinks).toEqual([{ a, b, kind: 'NV18' }]);
  });
});
