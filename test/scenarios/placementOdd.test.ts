import { describe, expect, it } from 'vitest';
import { placementFindings } from '../../server/src/service/place.ts';
import { all, analysisOf, cpus, DOMAINS, domain, rulesOf, SCRIPTS, worked } from './placementOddCases.ts';

describe.each([
  ['libvirt', DOMAINS],
  ['qemu', SCRIPTS],
] as const)('odd placements in %s', (dialect, odd) => {
  it.each(odd)('$name', ({ text, found }) => {
    const analysis = analysisOf(text, dialect);
    expect(rulesOf(analysis)).toEqual(found);
    const after = analysisOf(worked(analysis, 'repair-placement'), dialect);
    expect(rulesOf(after), after.document.text).toEqual([]);
    expect(after.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

it('names all that contributes to one mistake', () => {
  const { text } = DOMAINS.find(({ name }) => name.endsWith('one mistake'))!;
  const [finding] = placementFindings(analysisOf(text, 'libvirt'));
  expect(finding!.related.map(({ span }) => text.slice(span.start, span.end))).toEqual([
    '0',
    '0-15,32-47',
    '0-1',
  ]);
});

it('tells the pins of many vCPUs as one', () => {
  const pins = cpus([0, 15]);
  const text = domain({ pins, numatune: all('0') }).replace('>8</vcpu>', '>16</vcpu>');
  const many = text.replace("sockets='1' cores='8'", "sockets='1' cores='16'");
  const [finding] = placementFindings(analysisOf(many, 'libvirt'));
  expect(finding!.rule).toBe('gpu-memory-on-other-node');
  expect(finding!.related.map(({ message }) => message)).toEqual([
    'This memory is bound to host node 0.',
    'vCPUs 0-15 may only run on host CPUs 0-15.',
  ]);
});

it.each(['<cpu mode="host-passthrough"/>', '<cpu mode="host-passthrough">\n  </cpu>', ''])(
  'the host is mirrored where %j is all that is said of the processor',
  (cpu) => {
    const text = domain({ pins: cpus([16, 23]), numatune: all('1'), gpus: ['3b', 'af'], cpu });
    const after = analysisOf(worked(analysisOf(text, 'libvirt'), 'mirror-host'), 'libvirt');
    expect(rulesOf(after), after.document.text).toEqual([]);
    expect(after.document.subjects[0]!.variants[0]!.guest.nodes.items).toHaveLength(2);
    if (cpu) expect(after.document.text).toMatch(/<cpu mode=["']host-passthrough["']>/);
  },
);
