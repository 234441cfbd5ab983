import type { DialectId } from '../../server/src/guest/guest.ts';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import { doPlacement, offerPlacement, placementFindings } from '../../server/src/service/place.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { hostNamed } from '../lib/hosts.ts';

/** Placements that no language has in common with the other, or that nobody would write twice. */
export interface Odd {
  readonly name: string;
  readonly text: string;
  /** In the order of the text. */
  readonly found: readonly string[];
}

/** What a domain of 8 vCPUs and 16 GiB says of its placement; node 1 of the host has CPUs 16-31 and 48-63, and the GPU. */
interface DomainPlaces {
  readonly vcpu?: string;
  readonly pins?: readonly string[];
  readonly tune?: string;
  readonly numatune?: string;
  readonly cpu?: string;
  readonly gpus?: readonly string[];
}

const ONE_PLACE = "<cpu mode='host-passthrough'><topology sockets='1' cores='8' threads='1'/></cpu>";
const TWO_CELLS = `<cpu mode='host-passthrough'>
    <topology sockets='2' cores='4' threads='1'/>
    <numa>
      <cell id='0' cpus='0-3' memory='8' unit='GiB'/>
      <cell id='1' cpus='4-7' memory='8' unit='GiB'/>
    </numa>
  </cpu>`;

/** A domain of 8 vCPUs and 16 GiB with the GPU of host node 1, where nothing else is said. */
export function domain({ vcpu = '', pins = [], tune = '', numatune = '', cpu, gpus }: DomainPlaces): string {
  const pinned = pins.map((cpus, i) => `\n    <vcpupin vcpu='${i}' cpuset='${cpus}'/>`).join('');
  const handed = (gpus ?? ['af']).map(
    (bus) => `    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x${bus}' slot='0x00' function='0x0'/>
      </source>
    </hostdev>\n`,
  );
  return `<domain type='kvm'>
  <name>odd</name>
  <memory unit='GiB'>16</memory>
  <vcpu${vcpu}>8</vcpu>
  <iothreads>1</iothreads>
${pinned || tune ? `  <cputune>${pinned}${tune}\n  </cputune>\n` : ''}${numatune ? `  <numatune>\n    ${numatune}\n  </numatune>\n` : ''}  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <features><acpi/></features>
  ${cpu ?? ONE_PLACE}
  <devices>
${handed.join('')}    <memballoon model='none'/>
  </devices>
</domain>
`;
}

/** Ranges of CPUs one by one. */
export const cpus = (...ranges: readonly [number, number][]): string[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String(first + i)));

/** Where all memory is bound to. */
export const all = (nodes: string, mode = 'strict'): string => `<memory mode='${mode}' nodeset='${nodes}'/>`;
const cells = (...nodes: readonly string[]): string =>
  nodes.map((node, i) => `<memnode cellid='${i}' mode='strict' nodeset='${node}'/>`).join('\n    ');

export const DOMAINS: readonly Odd[] = [
  {
    name: 'two of eight vCPUs on the other node',
    text: domain({ pins: cpus([16, 21], [2, 3]), numatune: all('1') }),
    found: ['single-guest-node-spans-host-nodes'],
  },
  {
    name: 'memory spread over both nodes',
    text: domain({ pins: cpus([16, 23]), numatune: all('0-1', 'interleave') }),
    found: ['single-guest-node-spans-host-nodes'],
  },
  {
    name: 'host nodes of two cells that overlap',
    text: domain({ pins: cpus([1, 4], [17, 20]), numatune: cells('0-1', '1'), cpu: TWO_CELLS }),
    found: ['guest-nodes-share-host-node', 'gpu-no-guest-affinity'],
  },
  {
    name: 'cells bound crosswise',
    text: domain({ pins: cpus([1, 4], [17, 20]), numatune: cells('1', '0'), cpu: TWO_CELLS }),
    found: ['node-cpu-memory-disagree', 'node-cpu-memory-disagree', 'gpu-no-guest-affinity'],
  },
  {
    name: 'cells whose vCPUs may run anywhere',
    text: domain({ pins: Array(8).fill('0-31'), numatune: cells('0', '1'), cpu: TWO_CELLS }),
    found: ['vcpu-group-straddles-nodes', 'vcpu-group-straddles-nodes', 'gpu-no-guest-affinity'],
  },
  {
    name: 'a restrictive mode, and CPUs, on the far node',
    text: domain({ vcpu: " cpuset='0-15'", numatune: all('0', 'restrictive') }),
    found: ['gpu-memory-on-other-node'],
  },
  {
    name: 'memory, vCPUs and emulator on the far node: one mistake',
    text: domain({
      vcpu: " cpuset='0-15,32-47'",
      tune: "\n    <emulatorpin cpuset='0-1'/>",
      numatune: all('0'),
    }),
    found: ['gpu-memory-on-other-node'],
  },
  {
    name: 'emulator and I/O thread on the far node: two',
    text: domain({
      pins: cpus([17, 24]),
      tune: "\n    <emulatorpin cpuset='0-1'/>\n    <iothreadpin iothread='1' cpuset='2'/>",
      numatune: all('1'),
    }),
    found: ['helper-threads-remote', 'helper-threads-remote'],
  },
  {
    name: 'half of the vCPUs pinned, memory preferred on the far node',
    text: domain({ pins: cpus([16, 19]), numatune: all('0', 'preferred') }),
    found: ['gpu-memory-on-other-node'],
  },
];

const script = (head: string, options: string): string =>
  `${head}qemu-system-x86_64 -accel kvm -cpu host ${options} \\
  -device pcie-root-port,id=rp0,chassis=1 -device vfio-pci,host=0000:af:00.0,bus=rp0\n`;

const FLAT = '-machine q35,memory-backend=m0 -smp 8 -m 16G';
const backing = (nodes: string): string =>
  `-object memory-backend-ram,id=m0,size=16G,policy=bind,host-nodes=${nodes},prealloc=on`;

export const SCRIPTS: readonly Odd[] = [
  {
    name: 'CPUs of both nodes around bound memory',
    text: script('taskset -c 8-23 ', `${FLAT} ${backing('1')}`),
    found: ['vcpus-unpinned-with-binding'],
  },
  {
    name: 'numactl spreads memory over all nodes',
    text: script('numactl --cpunodebind=1 --interleave=all ', '-machine q35 -smp 8 -m 16G'),
    found: ['single-guest-node-spans-host-nodes'],
  },
  {
    name: 'numactl binds memory to the far node',
    text: script('numactl --membind=0 --cpunodebind=1 ', '-machine q35 -smp 8 -m 16G'),
    found: ['gpu-memory-on-other-node'],
  },
  {
    name: 'a backend that overrules numactl',
    text: script('numactl --membind=1 --cpunodebind=1 ', `${FLAT} ${backing('0')}`),
    found: ['gpu-memory-on-other-node'],
  },
  {
    name: 'a variable names the far node',
    text: `NODE=0\n${script('taskset -c 16-31 ', `${FLAT} ${backing('$NODE')}`)}`,
    found: ['gpu-memory-on-other-node'],
  },
];

const settings = { ...DEFAULT_SETTINGS, host: hostNamed('two-node-workstation') };
/** What VirtLens says of one on the two-node workstation. */
export const analysisOf = (text: string, dialect: DialectId): Analysis =>
  analyze({ uri: 'odd', text, dialect }, settings)!;
export const rulesOf = (analysis: Analysis): string[] => placementFindings(analysis).map(({ rule }) => rule);

/** The text after the work that is offered under a name. */
export function worked(analysis: Analysis, kind: string): string {
  const { text } = analysis.document;
  const offers = offerPlacement(analysis, { start: 0, end: text.length });
  const { work } = offers.find((offer) => offer.work.work === kind)!;
  return applyEdits(text, doPlacement(analysis, work));
}
