/** Outputs of one made-up machine: two nodes with four CPUs each, a GPU and a network card on node 1. */

export const capabilities = `<capabilities>
  <host>
    <cpu>
      <arch>x86_64</arch>
      <vendor>AMD</vendor>
      <maxphysaddr mode='emulate' bits='48'/>
      <pages unit='KiB' size='1048576'/>
      <pages unit='KiB' size='4'/>
      <pages unit='KiB' size='2048'/>
    </cpu>
    <iommu support='yes'/>
    <topology>
      <cells num='2'>
        <cell id='0'>
          <memory unit='KiB'>8388608</memory>
          <pages unit='KiB' size='4'>2095104</pages>
          <pages unit='KiB' size='2048'>0</pages>
          <pages unit='KiB' size='1048576'>2</pages>
          <distances><sibling id='0' value='10'/><sibling id='1' value='32'/></distances>
          <cpus num='4'>
            <cpu id='0' socket_id='0' die_id='0' cluster_id='0' core_id='0' siblings='0,4'/>
            <cpu id='1' socket_id='0' die_id='0' cluster_id='0' core_id='1' siblings='1,5'/>
            <cpu id='4' socket_id='0' die_id='0' cluster_id='0' core_id='0' siblings='0,4'/>
            <cpu id='5' socket_id='0' die_id='0' cluster_id='0' core_id='1' siblings='1,5'/>
          </cpus>
        </cell>
        <cell id='1'>
          <memory unit='KiB'>8388608</memory>
          <distances><sibling id='0' value='32'/><sibling id='1' value='10'/></distances>
          <cpus num='4'>
            <cpu id='2' socket_id='1' die_id='0' cluster_id='0' core_id='0' siblings='2,6'/>
            <cpu id='3' socket_id='1' die_id='0' cluster_id='0' core_id='1' siblings='3,7'/>
            <cpu id='6' socket_id='1' die_id='0' cluster_id='0' core_id='0' siblings='2,6'/>
            <cpu id='7' socket_id='1' die_id='0' cluster_id='0' core_id='1' siblings='3,7'/>
          </cpus>
        </cell>
      </cells>
      <interconnects>
        <latency initiator='0' target='1' type='read' value='140'/>
        <latency initiator='0' target='1' type='write' value='180'/>
        <bandwidth initiator='0' target='1' type='access' value='33554432' unit='KiB'/>
      </interconnects>
    </topology>
    <cache>
      <bank id='0' level='3' type='both' size='32' unit='MiB' cpus='0-1,4-5'/>
      <bank id='1' level='3' type='both' size='32' unit='MiB' cpus='2-3,6-7'/>
    </cache>
  </host>
</capabilities>
`;

/** A GPU on bus 0xaf, which libvirt writes as 175, and a virtual function of a network card. */
export const nodedev = `<device>
  <name>pci_0000_af_00_0</name>
  <path>/sys/devices/pci0000:ae/0000:ae:02.0/0000:af:00.0</path>
  <parent>pci_0000_ae_02_0</parent>
  <driver><name>vfio-pci</name></driver>
  <capability type='pci'>
    <class>0x030200</class>
    <domain>0</domain>
    <bus>175</bus>
    <slot>0</slot>
    <function>0</function>
    <product id='0x2331'>GH100 [H100 PCIe &amp; friends]</product>
    <vendor id='0x10de'>NVIDIA Corporation</vendor>
    <iommuGroup number='71'><address domain='0x0000' bus='0xaf' slot='0x00' function='0x0'/></iommuGroup>
    <numa node='1'/>
    <pci-express>
      <link validity='cap' port='0' speed='32' width='16'/>
      <link validity='sta' speed='2.5' width='8'/>
    </pci-express>
  </capability>
</device>
<device>
  <name>pci_0000_b0_1f_7</name>
  <capability type='pci'>
    <class>0x020000</class>
    <domain>0</domain><bus>176</bus><slot>31</slot><function>7</function>
    <product id='0x1018'/><vendor id='0x15b3'>Mellanox Technologies</vendor>
    <capability type='phys_function'><address domain='0x0000' bus='0xb0' slot='0x00' function='0x1'/></capability>
    <capability type='virt_functions' maxCount='8'/>
    <numa node='-1'/>
  </capability>
</device>
`;

const set = (mask: string, nodes: string): string => `cpuset="${mask}" nodeset="${nodes}"`;

const core = (index: number, cpu: number): string => {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  const [one, two] = [hex(1 << cpu), hex(1 << (cpu + 4))];
  return `<object type="Core" os_index="${index}" ${set(hex((1 << cpu) | (1 << (cpu + 4))), '0x1')}>
    <object type="PU" os_index="${cpu}" ${set(one, '0x1')}/><object type="PU" os_index="${cpu + 4}" ${set(two, '0x1')}/>
  </object>`;
};

/** hwloc 3; each package has HBM beside its ordinary memory, and the second one a switch with a GPU and an NVMe disk. */
export const lstopo = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="3.0">
  <object type="Machine" os_index="0" ${set('0x000000ff', '0x0000000f')}>
    <info name="DMIProductSerial" value="SECRET"/>
    <object type="Package" os_index="0" ${set('0x00000033', '0x00000005')}>
      <info name="CPUVendor" value="GenuineIntel"/>
      <object type="NUMANode" os_index="2" subtype="HBM" ${set('0x00000033', '0x4')} local_memory="1073741824"/>
      <object type="NUMANode" os_index="0" subtype="DRAM" ${set('0x00000033', '0x1')} local_memory="8589934592">
        <page_type size="4096" count="2097152"/><page_type size="2097152" count="8"/>
      </object>
      <object type="L3Cache" ${set('0x00000033', '0x5')} depth="3">${core(0, 0)}${core(1, 1)}</object>
    </object>
    <object type="Package" os_index="1" ${set('0x000000cc', '0x0000000a')}>
      <object type="NUMANode" os_index="1" ${set('0x000000cc', '0x2')} local_memory="8589934592"/>
      <object type="NUMANode" os_index="3" subtype="HBM" ${set('0x000000cc', '0x8')} local_memory="1073741824"/>
      <object type="L3Cache" ${set('0x000000cc', '0xa')} depth="3">${core(0, 2)}${core(1, 3)}</object>
      <object type="Bridge" bridge_type="0-1" depth="0" bridge_pci="0000:[ae-b4]">
        <object type="Bridge" bridge_type="1-1" bridge_pci="0000:[af-b2]" pci_busid="0000:ae:02.0" pci_type="0604 [8086:352a] [0000:0000] 04 00">
          <object type="PCIDev" pci_busid="0000:af:00.0" pci_type="0302 [10de:2331] [10de:1626] a1 00" pci_link_speed="63.0">
            <info name="PCIDevice" value="GH100 [H100 PCIe]"/>
            <object type="OSDev" name="opencl0d0" osdev_type="5"/>
          </object>
        </object>
        <object type="PCIDev" pci_busid="0000:b3:00.0" pci_type="0108 [144d:a80a] [144d:aa8b] 00 02"/>
      </object>
    </object>
    <object type="Bridge" bridge_type="0-1" depth="0" bridge_pci="0000:[00-01]">
      <object type="PCIDev" pci_busid="0000:00:02.0" pci_type="0300 [1a03:2000] [0000:0000] 41 00"/>
    </object>
  </object>
  <distances2 type="NUMANode" nbobjs="4" kind="5" name="NUMALatency" indexing="os">
    <indexes length="8">0 1 2 3 </indexes>
    <u64values length="24">10 21 13 23 21 10 23 13 </u64values>
    <u64values length="24">13 23 10 23 23 13 23 10 </u64values>
  </distances2>
  <cpukind cpuset="0x00000033"><info name="CoreType" value="IntelCore"/></cpukind>
  <cpukind cpuset="0x000000cc"><info name="CoreType" value="IntelAtom"/></cpukind>
  <info name="Architecture" value="x86_64"/>
  <info name="HostName" value="secret.example.org"/>
</topology>
`;

const field = (name: string, data: string): object => ({ field: name, data });

export const lscpu = JSON.stringify(
  {
    lscpu: [
      {
        ...field('Architecture:', 'x86_64'),
        children: [field('Address sizes:', '46 bits physical, 57 bits virtual')],
      },
      {
        ...field('CPU(s):', '9'),
        children: [field('On-line CPU(s) list:', '0-7'), field('Off-line CPU(s) list:', '8')],
      },
      { ...field('Vendor ID:', 'GenuineIntel'), children: [field('Model name:', 'Example')] },
      {
        field: 'NUMA:',
        data: null,
        children: [
          field('NUMA node(s):', '3'),
          field('NUMA node0 CPU(s):', '0,1,4,5'),
          field('NUMA node1 CPU(s):', '2,3,6,7'),
          { field: 'NUMA node2 CPU(s):', data: null },
        ],
      },
    ],
  },
  null,
  3,
);

export const numactl = `available: 3 nodes (0-2)
node 0 cpus: 0 1 4 5
node 0 size: 8192 MB
node 0 free: 117 MB
node 1 cpus: 2 3 6 7
node 1 size: 8064 MB
node 1 free: 8000 MB
node 2 cpus:
node 2 size: 4096 MB
node 2 free: 4096 MB
node distances:
node   0   1   2 
  0:  10  21  17 
  1:  21  10  28 
  2:  17  28  10 
`;

const LEGEND = `
Legend:

  X    = Self
  SYS  = Connection that leaves the node

NIC Legend:

  NIC0: mlx5_0
`;

/** As the driver prints it: the heading underlined, tabs, an empty column before the last. */
export const nvidia = `\t\x1b[4mGPU0\tGPU1\tGPU2\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\x1b[0m
GPU0\t X \tNV18\tSYS\tPIX\t0-1,4-5\t0\t\tN/A
GPU1\tNV18\t X \tSYS\tNODE\t0-1,4-5\t0\t\tN/A
GPU2\tSYS\tSYS\t X \tSYS\t2-3,6-7\t1\t\t4
NIC0\tPIX\tNODE\tSYS\t X \t\t\t\t
${LEGEND}`;

export const nvidiaQuery = `index, pci.bus_id
0, 00000000:18:00.0
1, 00000000:3B:00.0
2, 00000000:AF:00.0
`;
