import { describe, expect, it } from 'vitest';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/src/service/settings.ts';
import { findClaimedTwice } from '../../server/src/service/together.ts';
import { hostNamed } from '../lib/hosts.ts';

const settings: Settings = { ...DEFAULT_SETTINGS, host: hostNamed('two-node-workstation') };

const read = (uri: string, text: string, under = settings): Analysis =>
  analyze({ uri, text, dialect: uri.endsWith('.xml') ? 'libvirt' : 'qemu' }, under)!;

const messages = (...analyses: Analysis[]): string[] =>
  [...findClaimedTwice(analyses)].flatMap(([{ source }, findings]) =>
    findings.map(({ span, message, related }) => {
      const others = related.map((each) => `${each.span.uri}: ${each.message}`);
      return [`${source.uri} ${source.text.slice(span.start, span.end)}: ${message}`, ...others].join('\n');
    }),
  );

const pinned = (name: string, ...cpus: string[]): string =>
  `<domain type='kvm'><name>${name}</name><memory unit='GiB'>2</memory><vcpu>${cpus.length}</vcpu><cputune>` +
  cpus.map((cpu, i) => `<vcpupin vcpu='${i}' cpuset='${cpu}'/>`).join('') +
  '</cputune></domain>';

const bound = (size: number, node: number, options = ''): string =>
  `qemu-system-x86_64 -machine q35,memory-backend=m0 -m ${size}G ${options} \\\n` +
  `  -object memory-backend-ram,id=m0,size=${size}G,policy=bind,host-nodes=${node}\n`;

describe('host CPUs', () => {
  it('belong to one guest', () => {
    expect(messages(read('a.xml', pinned('a', '2', '3')), read('b.xml', pinned('b', '4', '2', '3')))).toEqual(
      [
        'b.xml 2: Host CPUs 2-3 are given to vCPUs of guest a, too: while both guests run, they take turns there.\n' +
          'a.xml: It is pinned there here.',
      ],
    );
  });

  it('are claimed by single ones only, and by each guest once', () => {
    expect(messages(read('a.xml', pinned('a', '2-3')), read('b.xml', pinned('b', '2')))).toEqual([]);
    expect(messages(read('a.xml', pinned('same', '2')), read('copy.xml', pinned('same', '2')))).toEqual([]);
    const three = ['a', 'b', 'c'].map((name) => read(`${name}.xml`, pinned(name, '2')));
    expect(messages(...three)).toHaveLength(2);
  });
});

describe('guests', () => {
  const pair = (under: Settings): Analysis[] => [
    read('a.xml', pinned('a', '2')),
    read('b.xml', pinned('b', '2'), under),
  ];

  it('of several hosts have nothing in common', () => {
    expect(messages(...pair({ ...settings, host: hostNamed('ryzen-desktop') }))).toEqual([]);
    expect(messages(...pair({ ...settings, host: undefined }))).toEqual([]);
  });

  it('of one host are told under the settings of the file that has the finding', () => {
    const rule = 'host-resource-claimed-twice';
    expect(messages(...pair({ ...settings, rules: { [rule]: 'off' } }))).toEqual([]);
    const [[, findings] = []] = findClaimedTwice(pair({ ...settings, rules: { [rule]: 'warning' } }));
    expect(findings).toMatchObject([{ rule, severity: 'warning' }]);
  });
});

describe('devices', () => {
  const with3b = 'qemu-system-x86_64 -machine q35 -m 1G -device vfio-pci,host=0000:3b:00.0\n';

  it('go to one guest', () => {
    expect(messages(read('a.sh', with3b), read('b.sh', with3b))).toEqual([
      'b.sh 0000:3b:00.0: Device 0000:3b:00.0 is handed to the guest of a.sh, too: only one of the two can run at a time.\n' +
        'a.sh: It is handed over here.',
    ]);
  });

  it('are compared between files, and only as far as every way of starting a guest has them', () => {
    expect(messages(read('both.sh', with3b + with3b))).toEqual([]);
    const sometimes =
      'if [ "$1" ]; then GPU="-device vfio-pci,host=0000:3b:00.0"; fi\nqemu-system-x86_64 -machine q35 -m 1G $GPU\n';
    expect(messages(read('a.sh', with3b), read('b.sh', sometimes))).toEqual([]);
  });
});

describe('memory of a node', () => {
  it('has to be enough for all', () => {
    // 63 GiB, of which 32 are huge pages.
    const [a, b, c] = [read('a.sh', bound(20, 0)), read('b.sh', bound(20, 1)), read('c.sh', bound(20, 0))];
    expect(messages(a, b, c)).toEqual([
      'c.sh 0: With the guests of the files before, 40 GiB in memory are bound to host node 0, which has 31 GiB: ' +
        'they cannot all run at once.\na.sh: 20 GiB of them go to the guest of a.sh.',
    ]);
    expect(messages(a, b)).toEqual([]);
  });

  it('counts the largest guest of a file', () => {
    expect(messages(read('a.sh', bound(15, 0) + bound(15, 0)), read('b.sh', bound(15, 0)))).toEqual([]);
  });

  it('counts huge pages by themselves', () => {
    const huge = (size: number): string =>
      bound(size, 1).replace('memory-backend-ram', 'memory-backend-file,mem-path=/dev/hugepages');
    expect(messages(read('a.sh', huge(20)), read('b.sh', huge(10)))).toEqual([]);
    expect(messages(read('a.sh', huge(20)), read('b.sh', huge(20)))).toEqual([
      'b.sh 1: With the guests of the files before, 40 GiB in huge pages of 1 GiB are bound to host node 1, which has ' +
        '32 GiB: they cannot all run at once.\na.sh: 20 GiB of them go to the guest of a.sh.',
    ]);
  });
});

describe('what the user says', () => {
  const [a, b] = [pinned('a', '2'), pinned('b', '2')];

  it('is heeded', () => {
    const off: Settings = { ...settings, rules: { 'host-resource-claimed-twice': 'off' } };
    expect(messages(read('a.xml', a, off), read('b.xml', b, off))).toEqual([]);
    const comment = '<!-- virtlens-ignore host-resource-claimed-twice: never both -->';
    const quiet = read('b.xml', comment + b);
    expect(messages(read('a.xml', a), quiet)).toEqual([]);
    expect(quiet.findings.map(({ rule }) => rule)).not.toContain('unused-suppression');
  });

  it('includes the host, without which nothing is compared', () => {
    expect(messages(read('a.xml', a, DEFAULT_SETTINGS), read('b.xml', b, DEFAULT_SETTINGS))).toEqual([]);
    expect(messages()).toEqual([]);
  });
});
