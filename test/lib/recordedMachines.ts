import { type RecordedDevice, RecordedMachine } from './recordedMachine.ts';

const meminfo = (node: number, total: number, free: number): string =>
  `Node ${node} MemTotal:       ${total} kB\nNode ${node} MemFree:        ${free} kB\nNode ${node} MemUsed:        1 kB`;

const cpuinfo = (flags: string): string =>
  `processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel name\t: A CPU\ncpu MHz\t\t: 2000.000\ncpu cores\t: 2\n` +
  `flags\t\t: fpu vme ${flags}\naddress sizes\t: 46 bits physical, 57 bits virtual\n\nprocessor\t: 1\nvendor_id\t: Other`;

/** Two sockets with two cores each, a memory-only node, GPUs, a NIC with a virtual function; one CPU is off. */
export function twoSockets(root: string): RecordedMachine {
  const machine = new RecordedMachine(root)
    .files('sys/devices/system/cpu', {
      online: '0-6',
      present: '0-7',
      possible: '0-15',
      isolated: '2-3,6,8-15',
    })
    .file('sys/devices/system/node/online', '0-2')
    .file('usr/sbin/virtqemud', '')
    .file(
      'sys/devices/pci0000:97/0000:97:01.0/0000:9d:00.0/mdev_supported_types/nvidia-1/available_instances',
      '8',
    )
    .files('proc', {
      cpuinfo: cpuinfo('lm constant_tsc'),
      cmdline:
        'BOOT_IMAGE=/vmlinuz root=UUID=1234-secret ro intel_iommu=on iommu=pt pcie_acs_override=downstream',
      mounts:
        'sysfs /sys sysfs rw 0 0\nhugetlbfs /dev/hugepages hugetlbfs rw,relatime,pagesize=2M 0 0\n' +
        'none /mnt/huge hugetlbfs rw,pagesize=1024M,mode=1770 0 0\nnone /mnt/with\\040blank hugetlbfs rw 0 0\n' +
        'none /mnt/default hugetlbfs rw,relatime 0 0',
      'sys/kernel/osrelease': '6.12.5-test',
      'sys/kernel/hostname': 'secret-host',
      'self/limits':
        'Limit                     Soft Limit           Hard Limit           Units\n' +
        'Max locked memory         8388608              8388608              bytes',
      'self/smaps':
        '5581-5583 r--p 00000000 08:01 131 /bin/cat\nSize: 8 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB',
    })
    .files('sys/class/dmi/id', {
      sys_vendor: 'Maker',
      product_serial: 'secret-serial',
      product_uuid: 'secret-uuid',
    });
  for (let cpu = 0; cpu < 7; cpu++) {
    const core = cpu % 4;
    machine
      .files(`sys/devices/system/cpu/cpu${cpu}/topology`, {
        physical_package_id: `${Math.floor(core / 2)}`,
        die_id: '0',
        cluster_id: cpu < 4 ? '65535' : '-1',
        core_id: `${core % 2}`,
        thread_siblings_list: core === 3 ? '3' : `${core},${core + 4}`,
      })
      .file(`sys/devices/system/cpu/cpu${cpu}/cache/index3/shared_cpu_list`, core < 2 ? '0-1,4-5' : '2-3,6');
  }
  const lists = ['0-1,4-5', '2-3,6', ''];
  const distances = ['10 21 17', '21 10 28', '17 28 10'];
  for (const node of [0, 1, 2]) {
    machine.files(`sys/devices/system/node/node${node}`, {
      cpulist: lists[node]!,
      distance: distances[node]!,
      meminfo: meminfo(node, 67108863, 1048575 + node),
      'hugepages/hugepages-1048576kB/nr_hugepages': `${node}`,
      'hugepages/hugepages-1048576kB/free_hugepages': '0',
      'hugepages/hugepages-2048kB/nr_hugepages': '512',
      'hugepages/hugepages-2048kB/free_hugepages': '511',
    });
  }
  for (const size of ['2048', '1048576']) {
    machine.file(`sys/kernel/mm/hugepages/hugepages-${size}kB/nr_hugepages`, '1');
  }
  machine
    .files('sys/devices/system/node/node2/access0/initiators', {
      read_latency: '250',
      read_bandwidth: '30000',
    })
    .file('sys/devices/system/node/node2/access0/initiators/node0/x', '')
    .file(
      'usr/share/misc/pci.ids',
      '# list\n10de  NVIDIA Corporation\n\t2330  GH100 [H100 "SXM5" 80GB]\n\t\t10de 16c1  a subsystem\n\t9999  another\n' +
        '15b3  Mellanox Technologies\n\t1021  MT2910\nC 03  Display controller\n\t00  VGA',
    );
  return machine
    .device(gpu('pci0000:15/0000:15:01.0/0000:1b:00.0', '0', 34))
    .device(gpu('pci0000:97/0000:97:01.0/0000:9d:00.0', '1', 90))
    .device({
      path: 'pci0000:15/0000:15:01.0',
      files: { class: '0x060400', vendor: '0x8086', device: '0x352a', numa_node: '0', resource: zeros },
      group: 33,
      driver: 'pcieport',
    })
    .device({
      path: 'pci0000:97/0000:9a:00.0',
      files: {
        class: '0x020700',
        vendor: '0x15b3',
        device: '0x1021',
        numa_node: '-1',
        local_cpulist: '2-3,6',
        sriov_totalvfs: '16',
        resource: zeros,
      },
      group: 91,
      driver: 'mlx5_core',
    })
    .device({
      path: 'pci0000:97/0000:9a:00.1',
      files: {
        class: '0x020700',
        vendor: '0x15b3',
        device: '0x101e',
        numa_node: '-1',
        local_cpulist: '0-6',
        sriov_totalvfs: '0',
        resource: zeros,
      },
      physfn: '0000:9a:00.0',
    });
}

const zeros = Array.from(
  { length: 13 },
  () => '0x0000000000000000 0x0000000000000000 0x0000000000000000',
).join('\n');

const gpu = (place: string, node: string, group: number): RecordedDevice => ({
  path: place,
  files: {
    class: '0x030200',
    vendor: '0x10de',
    device: '0x2330',
    numa_node: node,
    boot_vga: node === '0' ? '1' : '0',
    max_link_speed: node === '0' ? '32.0 GT/s PCIe' : '2.5 GT/s PCIe',
    max_link_width: '16',
    resource:
      '0x000000009a000000 0x000000009affffff 0x0000000000040200\n0x0000200000000000 0x0000201fffffffff 0x000000000014220c\n' +
      '0x0000000000000000 0x0000000000000000 0x0000000000000000\n0x0000000000003000 0x000000000000307f 0x0000000000040101\n' +
      `${zeros}`,
  },
  group,
  driver: 'vfio-pci',
});

/** A hybrid processor under a kernel without NUMA and IOMMU; nothing else is known of it. */
export const hybridWithoutNuma = (root: string): RecordedMachine =>
  new RecordedMachine(root)
    .files('sys/devices/system/cpu', { online: '0-3', present: '0-3', isolated: '' })
    .file('sys/devices/cpu_core/cpus', '0-1')
    .file('sys/devices/cpu_atom/cpus', '2')
    .file('sys/devices/cpu_lowpower/cpus', '3')
    .file('usr/bin/numad', '')
    .files('proc', {
      cpuinfo: cpuinfo('lm hypervisor'),
      meminfo: 'MemTotal:       32768000 kB\nMemFree:         1024000 kB',
      'self/limits': 'Max locked memory         unlimited            unlimited            bytes',
    })
    .device({
      path: 'pci0000:00/0000:00:02.0',
      files: {
        class: '0x030000',
        vendor: '0x8086',
        device: '0xa780',
        numa_node: '-1',
        max_link_speed: 'Unknown',
        max_link_width: '255',
      },
    });

/** A board of another kind, whose PCI root stands below a platform device. */
export const arm = (root: string): RecordedMachine =>
  new RecordedMachine(root)
    .files('sys/devices/system/cpu', { online: '0-1', present: '0-1' })
    .files('sys/devices/system/node', { online: '0', 'node0/cpulist': '0-1', 'node0/distance': '10' })
    .file('sys/devices/system/node/node0/meminfo', meminfo(0, 16777216, 8388608))
    .file('sys/class/dmi/id/sys_vendor', 'QEMU')
    .files('proc', {
      cpuinfo:
        'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU architecture: 8\n',
      'self/smaps': 'KernelPageSize:       64 kB',
    })
    .device({
      path: 'platform/40000000.pcie/pci0000:00/0000:00:01.0',
      files: { class: '0x020000', vendor: '0x1af4', device: '0x1041', numa_node: '0' },
    });
