import { describe, expect, it } from 'vitest';
import { type Preference, resolveSmp, type SmpConfig } from '../../server/src/guest/smp.ts';

/** `8 2x1x4x1 =8`: cpus/maxcpus where they differ, sockets x dies x cores x threads, and their product. */
function shape(config: SmpConfig, prefer: Preference): string {
  const { cpus, maxcpus, levels, product } = resolveSmp(config, prefer);
  const count = cpus === maxcpus ? `${cpus}` : `${cpus}/${maxcpus}`;
  return `${count} ${levels.sockets}x${levels.dies}x${levels.cores}x${levels.threads} =${product}`;
}

/** What QEMU 7.2 computes, seen on `query-hotpluggable-cpus` and in its refusals, on q35 and on pc-q35-6.1. */
const CASES: [name: string, config: SmpConfig, cores: string, sockets: string][] = [
  ['nothing', {}, '1 1x1x1x1 =1', '1 1x1x1x1 =1'],
  ['4', { cpus: 4 }, '4 1x1x4x1 =4', '4 4x1x1x1 =4'],
  ['4,sockets=1', { cpus: 4, sockets: 1 }, '4 1x1x4x1 =4', '4 1x1x4x1 =4'],
  ['4,cores=2', { cpus: 4, cores: 2 }, '4 2x1x2x1 =4', '4 2x1x2x1 =4'],
  ['4,threads=2', { cpus: 4, threads: 2 }, '4 1x1x2x2 =4', '4 2x1x1x2 =4'],
  ['8,sockets=2,cores=2', { cpus: 8, sockets: 2, cores: 2 }, '8 2x1x2x2 =8', '8 2x1x2x2 =8'],
  ['8,dies=2,cores=2', { cpus: 8, dies: 2, cores: 2 }, '8 2x2x2x1 =8', '8 2x2x2x1 =8'],
  ['sockets=2,cores=4', { sockets: 2, cores: 4 }, '8 2x1x4x1 =8', '8 2x1x4x1 =8'],
  ['4,maxcpus=8', { cpus: 4, maxcpus: 8 }, '4/8 1x1x8x1 =8', '4/8 8x1x1x1 =8'],
  ['maxcpus=8', { maxcpus: 8 }, '8 1x1x8x1 =8', '8 8x1x1x1 =8'],
  ['8,maxcpus=4', { cpus: 8, maxcpus: 4 }, '8/4 1x1x4x1 =4', '8/4 4x1x1x1 =4'],
  ['6,sockets=4', { cpus: 6, sockets: 4 }, '6 4x1x1x1 =4', '6 4x1x1x1 =4'],
  ['3,threads=2', { cpus: 3, threads: 2 }, '3 1x1x1x2 =2', '3 1x1x1x2 =2'],
  [
    '8,sockets=2,cores=4,threads=2',
    { cpus: 8, sockets: 2, cores: 4, threads: 2 },
    '8 2x1x4x2 =16',
    '8 2x1x4x2 =16',
  ],
  ['4,cores=0', { cpus: 4, cores: 0 }, '4 1x1x4x1 =4', '4 4x1x1x1 =4'],
];

describe('what -smp leaves out', () => {
  it.each(CASES)('%s', (_name, config, cores, sockets) => {
    expect(shape(config, 'cores')).toBe(cores);
    expect(shape(config, 'sockets')).toBe(sockets);
  });
});
