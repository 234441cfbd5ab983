import { describe, expect, it } from 'vitest';
import { readProperty } from '../../server/src/catalogue/qemu/property.ts';
import { type QemuCatalogue, qemuCatalogue } from '../../server/src/catalogue/qemu.ts';
import type { Version } from '../../server/src/guest/target.ts';

const of = (arch: string, version?: Version, machine?: string): QemuCatalogue =>
  qemuCatalogue(arch, version, machine)!;

describe('which QEMU is meant', () => {
  it.each<[Version | undefined, string | undefined, Version, boolean]>([
    [undefined, undefined, [11, 1], true],
    [undefined, 'q35', [11, 1], true],
    [undefined, 'pc-q35-7.2', [11, 1], true],
    [undefined, 'pc-i440fx-2.1', [7, 2], true],
    [undefined, 'pc-q35-5.0', [10, 0], true],
    [undefined, 'pc-q35-99.9', [11, 1], true],
    [[7, 2], 'pc-q35-10.0', [7, 2], true],
    [[10, 0], undefined, [10, 0], true],
    [[8, 2], undefined, [10, 0], false],
    [[12, 0], undefined, [11, 1], false],
    [[5, 2], undefined, [7, 2], false],
  ])('%j with machine %s is read as %j, exactly: %s', (said, machine, version, exact) => {
    expect(of('x86_64', said, machine)).toMatchObject({ version, exact });
  });

  it('nothing is known about other architectures', () => {
    expect(qemuCatalogue('riscv64', undefined, undefined)).toBeUndefined();
    expect(qemuCatalogue(undefined, undefined, undefined)).toBeUndefined();
    expect(qemuCatalogue('constructor', undefined, undefined)).toBeUndefined();
  });

  it('between two versions, names of both count, and none is known to be missing', () => {
    const between = of('x86_64', [9, 0]);
    expect(between.option('no-hpet')).toBeDefined();
    expect(between.fact('object', 'acpi-generic-initiator')).toBeDefined();
    expect(between.complete('option')).toBe(false);
    expect(of('x86_64', [10, 0]).complete('option')).toBe(true);
  });
});

describe('what is known of x86_64', () => {
  it('machines', () => {
    expect(of('x86_64', [7, 2]).machine('q35')).toMatchObject({ name: 'pc-q35-7.2', mostCpus: 288 });
    expect(of('x86_64', [11, 1]).machine('q35')).toMatchObject({ name: 'pc-q35-11.1', mostCpus: 4096 });
    expect(of('x86_64').machine('pc')).toMatchObject({ isDefault: true, deprecated: false });
    expect(of('x86_64', [10, 0]).machine('pc-q35-5.0')).toMatchObject({ deprecated: true });
    expect(of('x86_64').machine('pc-q35-5.0')).toBeUndefined();
    expect(of('x86_64').versionsOf('machine', 'pc-q35-5.0')).toEqual([
      [7, 2],
      [10, 0],
    ]);
    expect(of('x86_64').versionsOf('machine', 'q35')).toHaveLength(3);
    expect(of('x86_64', [7, 2]).machine('microvm')?.complete).toBe(false);
    expect(of('x86_64').machine('q35')?.properties.get('pflash0')?.type).toBe('str');
  });

  it('devices, by their aliases too', () => {
    const device = of('x86_64').device('virtio-net')!;
    expect(device).toMatchObject({
      name: 'virtio-net-pci',
      alias: 'virtio-net',
      bus: 'PCI',
      abstract: false,
    });
    expect(device.categories).toEqual(['network']);
    expect(device.properties.get('disable-legacy')).toEqual({
      name: 'disable-legacy',
      type: 'OnOffAuto',
      default: 'auto',
      values: ['auto', 'off', 'on'],
      required: false,
      deprecated: false,
    });
    expect(of('x86_64').device('virtio-device')?.abstract).toBe(true);
    expect(of('x86_64').device('mch')?.internal).toBe(true);
    expect(of('aarch64').device('virtio-net')?.name).toBe('virtio-net-pci');
    expect(of('x86_64').aliases('device')).toContain('e1000-82540em');
    expect(of('x86_64').device('virtio-gpu-pcie')).toBeUndefined();
    expect(of('x86_64').versionsOfProperty('device', 'virtio-net-pci', 'guest_uso4')).toEqual([
      [10, 0],
      [11, 1],
    ]);
  });

  it('values of an enumeration, where this version tells them', () => {
    const policy = (version: Version) =>
      of('x86_64', version).device('mc146818rtc')!.properties.get('lost_tick_policy')!;
    expect(policy([11, 1]).values).toContain('slew');
    expect(policy([7, 2])).toMatchObject({ type: 'LostTickPolicy' });
    expect(policy([7, 2]).values).toBeUndefined();
  });

  it('objects and types of backends, with what they must have', () => {
    const properties = of('x86_64').fact('object', 'memory-backend-file')!.properties;
    expect(properties.get('mem-path')?.required).toBe(true);
    expect(properties.get('share')?.required).toBe(false);
    expect(properties.get('policy')?.values).toEqual(['default', 'preferred', 'bind', 'interleave']);
    expect(of('x86_64').names('netdev')).toEqual(expect.arrayContaining(['user', 'tap', 'vhost-user']));
    expect(of('x86_64').names('chardev')).toEqual(expect.arrayContaining(['socket', 'file', 'pty']));
    expect(of('x86_64').fact('netdev', 'user')!.properties.get('hostfwd')?.type).toBe('[obj]');
    expect(of('x86_64').fact('numa', 'node')!.properties.get('memdev')?.type).toBe('str');
    expect(of('x86_64').fact('accel', 'kvm')!.properties.get('kernel-irqchip')?.values).toContain('split');
    expect(of('x86_64', [7, 2]).fact('audiodev', 'pa')).toBeUndefined();
    expect(of('x86_64').fact('audiodev', 'pa')!.properties.get('out.frequency')?.type).toBe('int');
  });

  it('CPU models with their flags', () => {
    expect(of('x86_64').cpuModel('host')!.properties.get('invtsc')?.type).toBe('bool');
    expect(of('x86_64').cpuModel('Skylake-Server-v4')!.properties.has('topoext')).toBe(true);
    expect(of('aarch64').cpuModel('max')!.properties.has('sve')).toBe(true);
    expect(of('aarch64').cpuModel('cortex-a57')!.properties.has('sve')).toBe(false);
    expect(of('aarch64').cpuModel('Skylake-Server')).toBeUndefined();
  });

  it('options, with their arguments', () => {
    expect(of('x86_64').option('netdev')?.takesArgument).toBe(true);
    expect(of('x86_64').option('daemonize')?.takesArgument).toBe(false);
    expect(of('x86_64').option('no-hpet')).toBeUndefined();
    expect(of('x86_64').versionsOf('option', 'no-hpet')).toEqual([[7, 2]]);
    expect(of('x86_64').fact('parameters', 'smp')!.properties.get('modules')?.type).toBe('number');
  });
});

describe('tokens', () => {
  it.each([
    ['id!:str', { name: 'id', type: 'str', required: true, deprecated: false }],
    ['reconnect?:int', { name: 'reconnect', type: 'int', required: false, deprecated: true }],
    ['a:[{x|y}]', { name: 'a', type: '[enum]', values: ['x', 'y'], required: false, deprecated: false }],
    ['b:str="a=b:c"', { name: 'b', type: 'str', default: 'a=b:c', required: false, deprecated: false }],
  ])('%s', (token, fact) => {
    expect(readProperty(token, () => undefined)).toEqual(fact);
  });
});
