import type { DialectId } from '../../server/src/guest/guest.ts';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import { placementFindings } from '../../server/src/service/place.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { hostNamed } from '../lib/hosts.ts';
import { type Placed, type PlacedDevice, render } from '../lib/placements.ts';

/** A placement on a reference host, and the verdicts on it in the order of the text. */
export interface Case {
  readonly host: string;
  readonly name: string;
  readonly placed: Placed;
  readonly found: readonly string[];
  /** True where no edit of the document can help: it would take another guest node, or a fact that is not known. */
  readonly stays?: boolean;
}

const MEMORY = 'gpu-memory-on-other-node';
const VCPUS = 'gpu-vcpus-on-other-node';
const MISMATCH = 'gpu-guest-node-mismatch';
const HOMELESS = 'multi-gpu-no-guest-node-for-node';
const BLIND = 'gpu-no-guest-affinity';
const DISAGREE = 'node-cpu-memory-disagree';
const SHARED = 'guest-nodes-share-host-node';
const SPANS = 'single-guest-node-spans-host-nodes';
const ORDER = 'distance-order-wrong';

/** A host with at least two nodes that have CPUs, and a GPU on each of two. */
interface Pair {
  readonly host: string;
  /** Two host nodes, their CPUs, and a GPU on each. */
  readonly nodes: readonly [string, string];
  readonly cpus: readonly [string, string];
  readonly gpus: readonly [string, string];
}

const PAIRS: readonly Pair[] = [
  {
    host: 'two-node-workstation',
    nodes: ['0', '1'],
    cpus: ['0-15,32-47', '16-31,48-63'],
    gpus: ['0000:3b:00.0', '0000:af:00.0'],
  },
  {
    host: 'hgx-h100',
    nodes: ['0', '1'],
    cpus: ['0-55,112-167', '56-111,168-223'],
    gpus: ['0000:1b:00.0', '0000:9d:00.0'],
  },
  {
    host: 'epyc-nps4',
    nodes: ['0', '3'],
    cpus: ['0-15,64-79', '48-63,112-127'],
    gpus: ['0000:c1:00.0', '0000:01:00.0'],
  },
  {
    host: 'threadripper-1950x',
    nodes: ['0', '1'],
    cpus: ['0-7,16-23', '8-15,24-31'],
    gpus: ['0000:0a:00.0', '0000:42:00.0'],
  },
  {
    host: 'xeon-snc2',
    nodes: ['1', '2'],
    cpus: ['28-55,140-167', '56-83,168-195'],
    gpus: ['0000:5a:00.0', '0000:a8:00.0'],
  },
];

/** What can be right and wrong on any host with two nodes. */
function onPair({ host, nodes: [a, b], cpus: [cpusA, cpusB], gpus: [gpuA, gpuB] }: Pair): Case[] {
  const [onA, onB] = [[{ address: gpuA }], [{ address: gpuB }]];
  const both = `${cpusA},${cpusB}`;
  const two = (x: string, y: string): Pick<Placed, 'memory'> => ({ memory: [x, y] });
  const seen = (one: number, other: number): readonly PlacedDevice[] => [
    { address: gpuA, on: one },
    { address: gpuB, on: other },
  ];
  return [
    { host, name: 'all together', placed: { flat: true, memory: [b], cpus: cpusB, devices: onB }, found: [] },
    {
      host,
      name: 'all together, with a guest node',
      placed: { memory: [a], cpus: cpusA, devices: onA },
      found: [],
    },
    { host, name: 'nothing is said', placed: { flat: true, memory: [undefined], devices: onB }, found: [] },
    { host, name: 'memory elsewhere', placed: { flat: true, memory: [a], devices: onB }, found: [MEMORY] },
    {
      host,
      name: 'memory and vCPUs elsewhere',
      placed: { flat: true, memory: [a], cpus: cpusA, devices: onB },
      found: [MEMORY],
    },
    {
      host,
      name: 'memory elsewhere than vCPUs and GPU',
      placed: { memory: [b], cpus: cpusA, devices: onA },
      found: [MEMORY],
    },
    {
      host,
      name: 'vCPUs elsewhere than memory and GPU',
      placed: { memory: [b], cpus: cpusA, devices: onB },
      found: [VCPUS],
    },
    {
      host,
      name: 'vCPUs elsewhere, memory anywhere',
      placed: { flat: true, memory: [undefined], cpus: cpusA, devices: onB },
      found: [VCPUS],
    },
    { host, name: 'vCPUs and memory apart', placed: { memory: [a], cpus: cpusB }, found: [DISAGREE] },
    { host, name: 'vCPUs and memory together', placed: { memory: [a], cpus: cpusA }, found: [] },
    { host, name: 'one guest node over two', placed: { memory: [`${a},${b}`], cpus: both }, found: [SPANS] },
    {
      host,
      name: 'one guest node, two GPUs apart',
      placed: { memory: [a], cpus: cpusA, devices: [...onA, ...onB] },
      found: [HOMELESS],
      stays: true,
    },
    {
      host,
      name: 'nothing is said, two GPUs apart',
      placed: { flat: true, memory: [undefined], devices: [...onA, ...onB] },
      found: [SPANS],
      stays: true,
    },
    {
      host,
      name: 'two guest nodes in place',
      placed: { ...two(a, b), cpus: both, devices: seen(0, 1) },
      found: [],
    },
    {
      host,
      name: 'two guest nodes, GPUs seen crosswise',
      placed: { ...two(a, b), cpus: both, devices: seen(1, 0) },
      found: [MISMATCH, MISMATCH],
    },
    {
      host,
      name: 'two guest nodes, GPU seen nowhere',
      placed: { ...two(a, b), cpus: both, devices: onB },
      found: [BLIND],
    },
    {
      host,
      name: 'two guest nodes on one host node, a GPU on the other',
      placed: { ...two(a, a), cpus: both, devices: seen(0, 1) },
      found: [HOMELESS],
    },
    {
      host,
      name: 'a guest node that may take memory from the host node of another',
      placed: { ...two(`${a},${b}`, b), cpus: both },
      found: [SHARED],
    },
    {
      host,
      name: 'two guest nodes on one host node',
      placed: { ...two(a, a), cpus: cpusA },
      found: [SHARED],
    },
  ];
}

export const CASES: readonly Case[] = [
  ...PAIRS.flatMap(onPair),
  {
    host: 'hgx-h100',
    name: 'one guest node, eight GPUs',
    placed: {
      flat: true,
      memory: ['0'],
      cpus: '0-55,112-167',
      devices: ['1b', '43', '52', '61', '9d', 'c3', 'd1', 'df'].map((bus) => ({
        address: `0000:${bus}:00.0`,
      })),
    },
    found: [HOMELESS],
    stays: true,
  },
  ...['ryzen-desktop', 'intel-hybrid'].map(
    (host): Case => ({
      host,
      name: 'everything is on the one node',
      placed: { flat: true, memory: ['0'], cpus: '0-7', devices: [{ address: '0000:01:00.0' }] },
      found: [],
    }),
  ),
  {
    host: 'ryzen-desktop',
    name: 'two guest nodes for a test on the one node',
    placed: { memory: ['0', '0'] },
    found: [],
  },
  {
    host: 'grace-hopper',
    name: 'memory and vCPUs beside the GPU',
    placed: { memory: ['0'], cpus: '0-7', devices: [{ address: '0009:01:00.0' }] },
    found: [],
  },
  {
    host: 'grace-hopper',
    name: 'the memory of the GPU, which is near to the CPUs beside it',
    placed: { memory: ['1'], cpus: '0-7', devices: [{ address: '0009:01:00.0' }] },
    found: ['memory-of-device-node'],
  },
  {
    host: 'epyc-nps4',
    name: 'a guest node for two of four, and a GPU on a third',
    placed: {
      memory: ['0', '1'],
      cpus: '0-31,64-95',
      devices: [
        { address: '0000:c1:00.0', on: 0 },
        { address: '0000:41:00.0', on: 1 },
      ],
    },
    found: [HOMELESS],
  },
  {
    host: 'xeon-snc2',
    name: 'distances the wrong way round',
    placed: {
      memory: ['0', '1', '2'],
      distances: [
        [10, 21, 12],
        [21, 10, 21],
        [12, 21, 10],
      ],
    },
    found: [ORDER],
  },
  {
    host: 'xeon-snc2',
    name: 'distances as on the host',
    placed: {
      memory: ['0', '1', '2'],
      distances: [
        [10, 12, 21],
        [12, 10, 21],
        [21, 21, 10],
      ],
    },
    found: [],
  },
  {
    host: 'two-nodes',
    name: 'a device whose node nobody knows',
    placed: { flat: true, memory: ['0'], devices: [{ address: '0000:d8:00.0' }] },
    found: ['device-node-unknown'],
    stays: true,
  },
  {
    host: 'two-nodes',
    name: 'a virtual function is where its device is',
    placed: { flat: true, memory: ['0'], cpus: '0-7', devices: [{ address: '0000:b0:00.1' }] },
    found: [MEMORY],
  },
];

/** What VirtLens says of a placement in a language, or of a text that was made of it, with the profile of its host. */
export function analysisOf({ host, placed }: Case, dialect: DialectId, text?: string): Analysis {
  const { arch } = hostNamed(host).profile;
  const source = { uri: 'placed', text: text ?? render(placed, dialect, arch), dialect };
  return analyze(source, { ...DEFAULT_SETTINGS, host: hostNamed(host) })!;
}

/**
 * What a language has no words for is no difference between the two: a command line cannot pin single vCPUs, and so
 * cannot do better than to keep all of them on the nodes of all memory.
 */
export const UNEQUAL: ReadonlySet<string> = new Set(['vcpus-unpinned-with-binding']);

export const verdicts = (analysis: Analysis): string[] =>
  placementFindings(analysis)
    .map(({ rule }) => rule)
    .filter((rule) => !UNEQUAL.has(rule));
