import { describe, expect, test } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { completionsAt } from './completions.ts';

const RUN = 'qemu-system-x86_64 ';
const on = (rest: string, trigger?: string) => completionsAt(`${RUN}${rest}\n`, trigger);
const line = (rest: string): string => `${RUN}${rest}\n`;

describe('options', () => {
  test('are offered for a dash, half a name, and in the middle of a name', () => {
    expect(on('-m 4G -‸').accepted('-device')).toBe(line('-m 4G -device '));
    expect(on('-m 4G -dev‸').accepted('-device')).toBe(line('-m 4G -device '));
    expect(on('-de‸vice e1000').accepted('-netdev')).toBe(line('-netdev e1000'));
  });

  test('that take no argument end with their name, and two dashes stay two', () => {
    expect(on('-nog‸').accepted('-nographic')).toBe(line('-nographic'));
    expect(on('--nog‸').accepted('--nographic')).toBe(line('--nographic'));
  });

  test('say something about themselves', () => {
    const numa = on('-‸').item('-numa');
    expect(numa.documentation).toMatch(/^\*\*`-numa`\*\* · guest side/);
    expect(numa.continues).toBe(true);
  });

  test('are no answer to a blank', () => {
    expect(on('-m 4G ‸').labels).toContain('-device');
    expect(on('-m 4G ‸', ' ').labels).toEqual([]);
    expect(on('-device ‸', ' ').labels).toContain('vfio-pci');
  });

  test('are offered where an option has lost its argument to the next one', () => {
    expect(on('-device -m‸').labels).toContain('-machine');
    expect(on('-append -m‸').labels).toEqual([]);
  });
});

describe('what an option starts with', () => {
  test('devices have category, bus and version', () => {
    const { items, labels, item } = on('-device ‸');
    expect(labels[0]).toBe('vfio-pci');
    expect(item('virtio-net-pci').detail).toBe('network · PCI bus');
    expect(item('usb-tablet').detail).toMatch(/input.*usb bus/);
    expect(items.some(({ detail }) => /QEMU 1\d\.\d and later/.test(detail ?? ''))).toBe(true);
  });

  test('follows the version that is meant', () => {
    const labels = (version: [number, number]) =>
      completionsAt(line('-object ‸'), undefined, { qemu: version, libvirt: undefined }).labels;
    expect(labels([7, 2])).not.toContain('iommufd');
    expect(labels([11, 1])).toContain('iommufd');
  });

  test('machines: the newest first, by their short names before all', () => {
    const { labels } = on('-machine ‸');
    expect(labels[0]).toBe('q35');
    expect(labels.indexOf('pc-q35-11.1')).toBeLessThan(labels.indexOf('pc-q35-9.2'));
  });

  test('CPU models, objects, network backends, guest nodes, accelerators', () => {
    expect(on('-cpu EP‸').accepted('EPYC-Genoa')).toBe(line('-cpu EPYC-Genoa'));
    expect(on('-object mem‸').accepted('memory-backend-memfd')).toBe(line('-object memory-backend-memfd'));
    expect(on('-netdev ‸').labels).toEqual(expect.arrayContaining(['user', 'tap']));
    expect(on('-numa ‸').labels.slice(0, 2)).toEqual(['node', 'dist']);
    expect(on('-accel ‸').labels.slice(0, 2)).toEqual(['kvm', 'tcg']);
  });

  test('of another architecture', () => {
    const { labels } = completionsAt('qemu-system-aarch64 -machine ‸\n');
    expect(labels[0]).toBe('virt');
    expect(labels).not.toContain('q35');
  });

  test('a name is replaced as a whole', () => {
    expect(on('-device vf‸io-ap,id=x').accepted('vfio-pci')).toBe(line('-device vfio-pci,id=x'));
  });
});

describe('properties', () => {
  test('of the driver, with type and default; required ones first', () => {
    const { labels, item } = on('-object memory-backend-file,‸');
    expect(labels.slice(0, 3)).toEqual(['id', 'mem-path', 'size']);
    expect(item('share').detail).toBe('on, off');
    expect(on('-device pcie-root-port,‸').item('chassis').detail).toBe('number, default 0');
    expect(on('-device vfio-pci,‸').item('host').documentation).toContain('vfio-pci');
  });

  test('that are given are not offered again, unless they may be', () => {
    const { labels } = on('-numa node,nodeid=0,cpus=0-1,‸');
    expect(labels).not.toContain('nodeid');
    expect(labels).toContain('cpus');
    expect(on('-device vfio-pci,‸,host=01:00.0').labels).not.toContain('host');
  });

  test('a half-typed one is replaced, and the = that is there is kept', () => {
    expect(on('-device vfio-pci,ho‸').accepted('host')).toBe(line('-device vfio-pci,host='));
    expect(on('-device vfio-pci,ho‸=x').accepted('host')).toBe(line('-device vfio-pci,host=x'));
  });

  test('of options without a type', () => {
    expect(on('-smp 4,‸').labels).toEqual(expect.arrayContaining(['sockets', 'cores', 'maxcpus']));
    expect(on('-drive ‸').labels.slice(0, 3)).toEqual(['id', 'file', 'format']);
  });

  test('flags of a CPU take their sign along', () => {
    expect(on('-cpu EPYC,+top‸').accepted('topoext')).toBe(line('-cpu EPYC,+topoext'));
    expect(on('-cpu EPYC,top‸').accepted('topoext')).toBe(line('-cpu EPYC,topoext='));
  });
});

describe('values', () => {
  test('of an enumeration and of a switch', () => {
    expect(on('-object memory-backend-ram,policy=‸').labels).toEqual([
      'default',
      'preferred',
      'bind',
      'interleave',
    ]);
    const multifunction = on('-device vfio-pci,multifunction=‸');
    expect(multifunction.labels).toEqual(['on', 'off']);
    expect(multifunction.item('off').detail).toBe('default');
    expect(on('-object memory-backend-ram,policy=b‸ind,size=1G').accepted('interleave')).toBe(
      line('-object memory-backend-ram,policy=interleave,size=1G'),
    );
  });

  test('of parameters that the catalogue calls texts', () => {
    expect(on('-drive file=x,if=‸').labels).toContain('virtio');
    expect(on('-rtc base=‸').labels).toEqual(['utc', 'localtime']);
    expect(on('-machine q35,accel=‸').labels).toContain('kvm');
    expect(on('-vga ‸').labels).toContain('virtio');
  });

  test('ids are those of the right kind; one in use comes last', () => {
    const things =
      '-object memory-backend-ram,id=a0,size=1G -object memory-backend-ram,id=b0,size=1G -object iothread,id=io ' +
      '-netdev user,id=n0 -chardev null,id=c0 -drive if=none,id=d0,file=x -numa node,nodeid=0,memdev=a0 ';
    expect(on(`${things}-numa node,nodeid=1,memdev=‸`).labels).toEqual(['b0', 'a0']);
    expect(on(`${things}-device virtio-net-pci,netdev=‸`).labels).toEqual(['n0']);
    expect(on(`${things}-device virtio-blk-pci,drive=‸`).labels).toEqual(['d0']);
    expect(on(`${things}-device virtio-blk-pci,iothread=‸`).labels).toEqual(['io']);
    expect(on(`${things}-device virtserialport,chardev=‸`).labels).toEqual(['c0']);
    expect(on(`${things}-device pxb-pcie,numa_node=‸`).labels).toEqual(['0']);
    expect(on(`${things}-machine memory-backend=‸`).labels).toEqual(['b0', 'a0']);
    expect(on(`${things}-serial ‸`).labels).toContain('chardev:c0');
  });

  test('buses are those with a free slot', () => {
    const ports =
      '-machine q35 -device pxb-pcie,id=pxb,bus_nr=128 -device pcie-root-port,id=full,chassis=1 ' +
      '-device e1000e,bus=full -device pcie-root-port,id=free,bus=pxb,chassis=2 -device qemu-xhci,id=usb ';
    expect(on(`${ports}-device vfio-pci,bus=‸`).labels).toEqual(['free', 'pcie.0']);
    expect(on(`${ports}-device pcie-root-port,bus=‸`).labels).toEqual(
      expect.arrayContaining(['pxb', 'pcie.0']),
    );
    expect(on(`${ports}-device usb-tablet,bus=‸`).labels).toEqual(['usb.0']);
  });
});

describe('places', () => {
  test('arrays, also those that are added to', () => {
    const text = 'args=(-m 4G)\nargs+=(-device ‸)\nqemu-system-x86_64 "${args[@]}"\n';
    expect(completionsAt(text).accepted('vfio-pci')).toBe(text.replace('‸', 'vfio-pci'));
  });

  test('after a backslash, and inside quotes of both kinds', () => {
    expect(on('-m 4G \\\n  -dev‸ \\\n  -nographic').accepted('-device')).toBe(
      line('-m 4G \\\n  -device  \\\n  -nographic'),
    );
    expect(on('-device "vfio-pci,ho‸"').accepted('host')).toBe(line('-device "vfio-pci,host="'));
    expect(on("-device 'vfio-pci,ho‸'").accepted('host')).toBe(line("-device 'vfio-pci,host='"));
  });

  test('strings that hold several arguments, and values of variables', () => {
    expect(completionsAt('OPTS="-m 4G -nogr‸"\nqemu-system-x86_64 $OPTS\n').accepted('-nographic')).toBe(
      'OPTS="-m 4G -nographic"\nqemu-system-x86_64 $OPTS\n',
    );
    expect(completionsAt('CPU=ho‸\nqemu-system-x86_64 -cpu $CPU\n').accepted('host')).toBe(
      'CPU=host\nqemu-system-x86_64 -cpu $CPU\n',
    );
  });

  test('an inserted text is quoted for its place', () => {
    const ids = '-object "memory-backend-ram,id=a b,size=1G" ';
    expect(on(`${ids}-numa node,memdev=‸`).accepted('a b')).toBe(line(`${ids}-numa node,memdev=a\\ b`));
    expect(on(`${ids}-numa "node,memdev=‸"`).accepted('a b')).toBe(line(`${ids}-numa "node,memdev=a b"`));
    const dollar = "-object 'memory-backend-ram,id=$x,size=1G' ";
    expect(on(`${dollar}-numa "node,memdev=‸"`).accepted('$x')).toBe(
      line(`${dollar}-numa "node,memdev=\\$x"`),
    );
  });

  test('JSON', () => {
    const device = (rest: string) => on(`-device '{"driver":"vfio-pci",${rest}`);
    const written = (rest: string): string => line(`-device '{"driver":"vfio-pci",${rest}`);
    expect(on(`-device '{"driver":"vf‸"}'`).accepted('vfio-pci')).toBe(
      line(`-device '{"driver":"vfio-pci"}'`),
    );
    expect(device(`"ho‸"}'`).accepted('host')).toBe(written(`"host"}'`));
    expect(device(`‸}'`).accepted('host')).toBe(written(`"host":}'`));
    expect(device(`"multifunction":‸}'`).accepted('on')).toBe(written(`"multifunction":true}'`));
    expect(device(`"display":"‸"}'`).accepted('off')).toBe(written(`"display":"off"}'`));
  });

  test('arguments that a domain hands to QEMU', () => {
    const domain = (value: string): string =>
      `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n<qemu:commandline>` +
      `<qemu:arg value='-device'/><qemu:arg value='${value}'/></qemu:commandline>\n</domain>\n`;
    expect(completionsAt(domain('vfio‸')).accepted('vfio-pci')).toBe(domain('vfio-pci'));
  });

  test.each([
    ['comments', `# qemu-system-x86_64 -‸\n${RUN}-m 4G\n`],
    ['variables', `${RUN}-device $V‸\n`],
    ['variables in quotes', `${RUN}-device "vfio-pci,host=$V‸"\n`],
    ['values with a variable in them', `${RUN}-m \${SIZE}G‸\n`],
    ['other commands', `ls -‸\n${RUN}-m 4G\n`],
    ['texts', `${RUN}-append "-‸"\n`],
    ['the next line', `${RUN}-m 4G\n-‸\n`],
    ['other scripts', 'ls -‸\n'],
  ])('nothing in %s', (_, text) => {
    expect(completionsAt(text).labels).toEqual([]);
  });
});

describe('patterns', () => {
  const NUMA = '-numa node with its memory backend';
  const GPU = '-device vfio-pci below a root port of its own guest node';
  const HUGE = '-object memory-backend-memfd in huge pages';

  test('are written in the style of the place', () => {
    expect(completionsAt('a=(\n  -m 4G\n  ‸\n)\nqemu-system-x86_64 "${a[@]}"\n').accepted(NUMA)).toBe(
      'a=(\n  -m 4G\n  -object memory-backend-ram,id=mem0,size=4G,host-nodes=0,policy=bind\n' +
        '  -numa node,nodeid=0,memdev=mem0,cpus=0-3\n)\nqemu-system-x86_64 "${a[@]}"\n',
    );
    expect(on('-m 4G \\\n  ‸').accepted(HUGE)).toBe(
      line(
        '-m 4G \\\n  -object memory-backend-memfd,id=mem0,size=4G,hugetlb=on,hugetlbsize=2M,prealloc=on \\\n' +
          '  -machine memory-backend=mem0',
      ),
    );
    expect(on('-m 4G ‸').accepted(HUGE)).not.toContain('\\');
  });

  test('number what is new', () => {
    const taken = '-object memory-backend-ram,id=mem1,size=1G -numa node,nodeid=0,memdev=mem1 ';
    expect(on(`${taken}‸`).accepted(NUMA)).toContain('nodeid=1,memdev=mem2,');
    expect(on('-m 2G ‸').accepted(HUGE)).toContain('size=2G');
  });

  test.each([NUMA, GPU, HUGE])('%s is without errors', (label) => {
    const node = (id: number): string =>
      `-object memory-backend-ram,id=m${id},size=2G -numa node,memdev=m${id} `;
    const start = label === NUMA ? '-smp 4 -m 4G' : `-m 4G ${node(0)}${node(1)}`;
    const written = on(`-machine q35 -accel kvm -cpu host ${label === HUGE ? '-m 4G' : start} ‸`).accepted(
      label,
    );
    const text = label === GPU ? written.replace('numa_node=0', 'numa_node=1') : written;
    const findings = analyze({ uri: 'file:///guest', text }, DEFAULT_SETTINGS)?.findings ?? [];
    const errors = findings
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, message }) => [rule, message]);
    expect(errors).toEqual([]);
  });
});
