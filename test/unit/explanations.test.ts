import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../server/src/catalogue/explanations/explanation.ts';
import { libvirtTopics } from '../../server/src/catalogue/explanations/libvirt.ts';
import { qemuTopics } from '../../server/src/catalogue/explanations/qemu.ts';
import { explainLibvirt, explainQemu } from '../../server/src/catalogue/explanations.ts';

interface Entry {
  readonly key: string;
  readonly explanation: Explanation;
}

const qemuEntries: readonly Entry[] = qemuTopics.flatMap((topic) => {
  const key = [topic.option, topic.type ?? ''].join(' ');
  return entriesOf(key, topic.itself, topic.properties);
});

const libvirtEntries: readonly Entry[] = libvirtTopics.flatMap((topic) =>
  entriesOf(topic.path, topic.itself, topic.attributes),
);

function entriesOf(
  key: string,
  itself: Explanation | undefined,
  parts: Readonly<Record<string, Explanation>> | undefined,
): Entry[] {
  const whole = itself ? [{ key, explanation: itself }] : [];
  const rest = Object.entries(parts ?? {}).map(([part, explanation]) => ({
    key: `${key} ${part}`,
    explanation,
  }));
  return [...whole, ...rest];
}

const repeated = (texts: readonly string[]): string[] => texts.filter((text, i) => texts.indexOf(text) !== i);

describe.each([
  ['QEMU', qemuEntries],
  ['libvirt', libvirtEntries],
] as const)('what is said about %s', (dialect, entries) => {
  it('covers what matters', () => {
    expect(entries.length).toBeGreaterThanOrEqual(45);
  });

  it('says nothing twice', () => {
    expect(repeated(entries.map(({ key }) => key))).toEqual([]);
    expect(repeated(entries.map(({ explanation }) => explanation.text))).toEqual([]);
  });

  it.each(entries)('$key: short, finished sentences', ({ explanation }) => {
    const { text, pitfall = '.' } = explanation;
    for (const sentences of [text, pitfall]) {
      expect(sentences).toMatch(/\.$/);
      expect(sentences.length).toBeLessThan(280);
    }
    expect(text.split(/(?<=\.) (?=[A-Z])/).length).toBeLessThanOrEqual(3);
  });

  it.each(entries)('$key: Markdown that loses nothing', ({ explanation }) => {
    for (const markdown of Object.values(explanation)) {
      const parts: string[] = markdown.split('`');
      expect(parts.length % 2, `open code span in: ${markdown}`).toBe(1);
      const prose = parts.filter((_, i) => i % 2 === 0).join('');
      expect(prose).not.toMatch(/[<>*[\]]/);
    }
  });

  it.each(entries)('$key: a version that reads like one', ({ explanation }) => {
    if (explanation.since === undefined) return;
    expect(explanation.since).toMatch(new RegExp(`^${dialect} \\d+\\.\\d+(\\.\\d+)?$`));
  });
});

describe('explainQemu', () => {
  it('tells guest nodes from host nodes', () => {
    expect(explainQemu('numa', 'node', 'nodeid')?.side).toBe('guest');
    expect(explainQemu('object', 'memory-backend-file', 'host-nodes')?.side).toBe('host');
  });

  it('explains the option where no property is asked for, and under the name of its first value', () => {
    const node = explainQemu('numa', 'node', undefined);
    expect(node?.text).toMatch(/^One NUMA node/);
    expect(explainQemu('numa', 'node', 'type')).toBe(node);
    expect(explainQemu('device', 'pxb-pcie', 'driver')).toBe(explainQemu('device', 'pxb-pcie', undefined));
  });

  it('prefers what is said about the type to what is said about all', () => {
    const any = explainQemu('device', 'e1000e', 'bus');
    const port = explainQemu('device', 'pcie-root-port', 'bus');
    expect(any).toBeDefined();
    expect(port).toBeDefined();
    expect(port).not.toBe(any);
    expect(explainQemu('device', undefined, 'bus')).toBe(any);
  });

  it('prefers an exact type to a pattern', () => {
    const any = explainQemu('object', 'memory-backend-epc', undefined);
    const file = explainQemu('object', 'memory-backend-file', undefined);
    expect(any).toBeDefined();
    expect(file).toBeDefined();
    expect(file).not.toBe(any);
    expect(explainQemu('object', 'memory-backend-file', 'size')).toBe(
      explainQemu('object', 'memory-backend-epc', 'size'),
    );
  });

  it('reads the spellings that QEMU takes', () => {
    expect(explainQemu('M', 'q35', 'kernel_irqchip')).toBe(explainQemu('machine', 'q35', 'kernel-irqchip'));
    expect(explainQemu('cpu', 'EPYC', '+topoext')).toBe(explainQemu('cpu', 'host', 'topoext'));
    expect(explainQemu('object', 'memory-backend-ram', 'host_nodes')).toBeUndefined();
  });

  it('is silent about what it does not know', () => {
    expect(explainQemu('device', 'virtio-gpu-pci', 'numa')).toBeUndefined();
    expect(explainQemu('numa', undefined, 'memdev')).toBeUndefined();
    expect(explainQemu('object', 'iothread', 'size')).toBeUndefined();
    expect(explainQemu('object', 'my-memory-backend-ram', 'size')).toBeUndefined();
    expect(explainQemu('device', 'vfio-pci', 'constructor')).toBeUndefined();
    expect(explainQemu('constructor', undefined, undefined)).toBeUndefined();
  });
});

describe('explainLibvirt', () => {
  const explain = (path: string, attribute?: string) => explainLibvirt(path.split('/'), attribute);

  it('tells the two nodesets apart', () => {
    expect(explain('domain/memoryBacking/hugepages/page', 'nodeset')?.side).toBe('guest');
    expect(explain('domain/numatune/memnode', 'nodeset')?.side).toBe('host');
  });

  it('tells the address on the host from the one in the guest', () => {
    expect(explain('domain/devices/hostdev/source/address', 'bus')?.side).toBe('host');
    expect(explain('domain/devices/interface/source/address', 'slot')?.side).toBe('host');
    expect(explain('domain/devices/hostdev/address', 'bus')?.side).toBe('guest');
    expect(explain('domain/devices/controller/address', 'bus')?.side).toBe('guest');
  });

  it('knows three kinds of memory', () => {
    const kinds = ['domain/memory', 'domain/numatune/memory', 'domain/devices/memory'].map((path) =>
      explain(path),
    );
    expect(kinds).not.toContain(undefined);
    expect(new Set(kinds).size).toBe(3);
  });

  it('never takes what is known of the guest address for the one on the host', () => {
    expect(explain('domain/devices/hostdev/address', 'multifunction')).toBeDefined();
    expect(explain('domain/devices/hostdev/source/address', 'multifunction')).toBeUndefined();
  });

  it('is silent about what it does not know', () => {
    expect(explain('domain/devices/video', 'numa')).toBeUndefined();
    expect(explain('domain/nomemory')).toBeUndefined();
    expect(explain('domain/memory', 'toString')).toBeUndefined();
    expect(explainLibvirt([], undefined)).toBeUndefined();
  });
});
