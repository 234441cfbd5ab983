import { describe, expect, it } from 'vitest';
import { checkProfile } from '../../server/src/host/check.ts';
import { assemble, type DocumentKind } from '../../server/src/host/import/assemble.ts';
import { describeConflict } from '../../server/src/host/merge.ts';
import { HostProfile } from '../../server/src/host/profile.ts';
import * as examples from './host-importExamples.ts';

const assembled = (documents: Partial<Record<DocumentKind, string | string[]>>, label?: string) =>
  assemble(
    Object.entries(documents).flatMap(([kind, texts]) =>
      [texts].flat().map((text, i) => ({ kind: kind as DocumentKind, file: `${kind}-${i}`, text })),
    ),
    label,
  );

describe('documents about one machine', () => {
  it('are joined to a profile that is sound', () => {
    const { capabilities, nodedev, lstopo } = examples;
    for (const documents of [
      { capabilities, nodedev },
      { lstopo },
      { numactl: examples.numactl, lscpu: examples.lscpu },
    ]) {
      const { profile, problems } = assembled(documents, 'gpu-01');
      expect(problems).toEqual([]);
      expect(HostProfile.parse(profile).label).toBe('gpu-01');
      expect(checkProfile(profile!)).toEqual([]);
    }
  });

  it('name both sources where they disagree; the first is believed', () => {
    const { profile, conflicts } = assembled({
      numactl: examples.numactl,
      capabilities: examples.capabilities,
    });
    expect(profile!.nodes[0]!.distances).toEqual({ 0: 10, 1: 32, 2: 17 });
    expect(conflicts.map(describeConflict)).toEqual([
      'nodes[0].distances.1: kept 32 (virsh capabilities), dropped 21 (numactl -H)',
      'nodes[1].memoryMiB: kept 8192 (virsh capabilities), dropped 8064 (numactl -H)',
      'nodes[1].distances.0: kept 32 (virsh capabilities), dropped 21 (numactl -H)',
    ]);
  });

  it('do not disagree over names, nor over the interface that hwloc 2 does not tell', () => {
    const second = examples.lstopo
      .replace(' a1 00"', ' a1"')
      .replace(' 00 02"', ' 00"')
      .replace('version="3.0"', 'version="2.0"');
    const disk = examples.nodedev
      .replace('pci_0000_b0_1f_7', 'pci_0000_b3_00_0')
      .replace('<bus>176</bus><slot>31</slot><function>7<', '<bus>179</bus><slot>0</slot><function>0<')
      .replace('0x020000', '0x010802')
      .replace('0x1018', '0xa80a')
      .replace('0x15b3', '0x144d');
    expect(assembled({ nodedev: disk, lstopo: second }).conflicts).toEqual([]);
  });

  it('of one kind are one source: a file for each device', () => {
    const devices = examples.nodedev
      .split('</device>\n')
      .slice(0, 2)
      .map((device) => `${device}</device>`);
    const { profile, conflicts } = assembled({ nodedev: devices, capabilities: examples.capabilities });
    expect(profile!.pci!.map(({ address }) => address)).toEqual(['0000:af:00.0', '0000:b0:1f.7']);
    expect(profile!.sources).toEqual(['virsh capabilities', 'virsh nodedev-dumpxml']);
    expect(conflicts).toEqual([]);
  });

  it('tell nvidia-smi the addresses of GPUs, which are display controllers of NVIDIA and no virtual functions', () => {
    const gpu = (bus: number, more = '') =>
      examples.nodedev
        .slice(0, examples.nodedev.indexOf('</device>') + 9)
        .replace('pci_0000_af', `pci_0000_${bus.toString(16).padStart(2, '0')}`)
        .replace('<bus>175<', `<bus>${bus}<`)
        .replace('<iommuGroup', `${more}<iommuGroup`);
    const virtual =
      "<capability type='phys_function'><address domain='0' bus='0x18' slot='0' function='0'/></capability>";
    const audio = gpu(0x19).replace('0x030200', '0x040300');
    const nodedev = [gpu(0x18), gpu(0x3b), gpu(0x3c, virtual), audio, gpu(0xaf)];
    const { profile, problems } = assembled({
      nodedev,
      numactl: examples.numactl,
      nvidiaTopology: examples.nvidia,
    });
    expect(problems).toEqual([]);
    expect(profile!.gpuLinks).toEqual([
      { a: '0000:18:00.0', b: '0000:3b:00.0', kind: 'NV18' },
      { a: '0000:18:00.0', b: '0000:af:00.0', kind: 'SYS' },
      { a: '0000:3b:00.0', b: '0000:af:00.0', kind: 'SYS' },
    ]);
    // numactl knows nodes 0 to 2, so the GPU memory that nvidia-smi calls node 4 is of another machine or time.
    expect(profile!.nodes.map(({ id }) => id)).toEqual([0, 1, 2]);
  });

  it('say which node is the memory of a GPU', () => {
    const { profile } = assembled({
      numactl: examples.numactl,
      nvidiaTopology: examples.nvidia.replace('\t4\n', '\t2\n'),
    });
    expect(profile!.nodes[2]).toMatchObject({ id: 2, kind: 'gpu', cpus: '' });
  });

  it('leave gaps, which are named with the program that tells', () => {
    expect(assembled({ numactl: examples.numactl }).gaps).toEqual([
      'The huge pages of node 0, 1, 2 are not known: virsh capabilities and lstopo tell.',
      'Which CPUs share a core is not known: virsh capabilities, lstopo and lscpu -J -e tell.',
      'No PCI devices are known: lstopo and virsh nodedev-dumpxml tell.',
    ]);
    expect(assembled({ lstopo: examples.lstopo }).gaps).toEqual([
      'The huge pages of node 1, 2, 3 are not known: virsh capabilities and lstopo tell.',
      'Which node the GPU 0000:00:02.0 is local to is not known: the firmware may not tell.',
      'The IOMMU groups are not known: virsh nodedev-dumpxml tells.',
    ]);
    const bare =
      '<capabilities><host><topology><cells><cell id="0"><cpus><cpu id="0"/></cpus></cell></cells></topology></host></capabilities>';
    expect(assembled({ capabilities: bare }).gaps.slice(0, 3)).toEqual([
      'How much memory node 0 has is not known: virsh capabilities, lstopo and numactl -H tell.',
      'The huge pages of node 0 are not known: virsh capabilities and lstopo tell.',
      'Which CPUs share a core with CPU 0 is not known: lstopo and lscpu -J -e tell.',
    ]);
  });

  it('leave out a device without a class, and say so', () => {
    const unknown = examples.nodedev.replace('0x020000', '0xffffff');
    const { profile, gaps } = assembled({ nodedev: unknown, numactl: examples.numactl });
    expect(profile!.pci!.map(({ address }) => address)).toEqual(['0000:af:00.0']);
    expect(gaps.join()).toContain('The PCI class of 0000:b0:1f.7 is not known, so it is left out');
  });

  it('without nodes make no profile', () => {
    const { profile, gaps } = assembled({ nodedev: examples.nodedev });
    expect(profile).toBeUndefined();
    expect(gaps[0]).toMatch(/^No document tells the nodes of the machine: /);
  });
});
