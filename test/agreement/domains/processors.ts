import { domain, I440FX, Q35, SMALL } from './template.ts';

/** vCPUs, guest NUMA and the memory of the cells, and where they run and lie on the host. */
export const PROCESSORS: Readonly<Record<string, string>> = {
  'memory attributes': domain(`
  <memory unit='GiB'>2</memory>
  <vcpu>4</vcpu>
${Q35}
  <cpu mode='custom' match='exact'>
    <model fallback='forbid'>Skylake-Server</model>
    <feature policy='require' name='ssse3'/>
    <feature policy='disable' name='avx'/>
    <numa>
      <cell id='0' cpus='0-3' memory='1048576' unit='KiB' discard='yes'>
        <cache level='1' associativity='direct' policy='writeback'>
          <size value='10' unit='KiB'/>
          <line value='8' unit='B'/>
        </cache>
      </cell>
      <cell id='1' memory='1048576' unit='KiB'/>
      <interconnects>
        <latency initiator='0' target='0' type='access' value='5'/>
        <latency initiator='0' target='0' cache='1' type='access' value='3'/>
        <latency initiator='0' target='1' type='access' value='10'/>
        <bandwidth initiator='0' target='0' type='access' value='204800' unit='KiB'/>
      </interconnects>
    </numa>
  </cpu>`),
  'huge pages': domain(`
  <memory unit='GiB'>2</memory>
  <memoryBacking>
    <hugepages>
      <page size='2' unit='MiB' nodeset='0'/>
      <page size='1' unit='GiB' nodeset='1'/>
    </hugepages>
    <locked/>
  </memoryBacking>
  <memtune><hard_limit unit='GiB'>4</hard_limit></memtune>
  <vcpu placement='static'>4</vcpu>
${Q35}
  <cpu>
    <topology sockets='1' cores='2' threads='2'/>
    <numa>
      <cell id='0' cpus='0,2' memory='1' unit='GiB' memAccess='private'/>
      <cell id='1' cpus='1,3' memory='1' unit='GiB' memAccess='shared'/>
    </numa>
  </cpu>`),
  bandwidths: domain(`
  <memory unit='GiB'>1</memory>
  <vcpu placement='static'>2</vcpu>
  <iothreads>2</iothreads>
  <iothreadids>
    <iothread id='2'/>
    <iothread id='4' thread_pool_min='2' thread_pool_max='8'/>
  </iothreadids>
  <cputune>
    <period>100000</period>
    <quota>-1</quota>
    <global_period>100000</global_period>
    <global_quota>50000</global_quota>
    <emulator_period>100000</emulator_period>
    <emulator_quota>20000</emulator_quota>
    <iothread_period>100000</iothread_period>
    <iothread_quota>10000</iothread_quota>
    <iothreadpin iothread='4' cpuset='0-1'/>
    <emulatorsched scheduler='batch'/>
    <vcpusched vcpus='0-1' scheduler='rr' priority='10'/>
    <iothreadsched iothreads='2,4' scheduler='batch'/>
  </cputune>
${I440FX}`),
  'vCPUs one by one': domain(`
  <memory unit='GiB'>1</memory>
  <vcpu placement='static' current='3'>4</vcpu>
  <vcpus>
    <vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>
    <vcpu id='1' enabled='yes' hotpluggable='yes' order='3'/>
    <vcpu id='2' enabled='yes' hotpluggable='yes' order='2'/>
    <vcpu id='3' enabled='no' hotpluggable='yes'/>
  </vcpus>
${Q35}`),
  'cells and pins': domain(`
  <memory unit='KiB'>2097152</memory>
  <vcpu placement='static'>8</vcpu>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/>
    <vcpupin vcpu='1' cpuset='0-1'/>
    <vcpupin vcpu='4' cpuset='1,^0'/>
    <vcpupin vcpu='7' cpuset='1'/>
    <emulatorpin cpuset='0'/>
  </cputune>
  <numatune>
    <memory mode='interleave' placement='static' nodeset='0'/>
  </numatune>
${Q35}
  <cpu mode='maximum'>
    <topology sockets='2' dies='2' cores='2' threads='1'/>
    <cache mode='passthrough'/>
    <numa>
      <cell id='0' cpus='0-1' memory='524288'/>
      <cell id='1' cpus='2-3' memory='524288'/>
      <cell id='2' cpus='4-5' memory='524288'/>
      <cell id='3' cpus='6,7' memory='524288'/>
    </numa>
  </cpu>`),
  'models of processors': domain(`
${SMALL}
  <features><acpi/><apic/><pae/></features>
  <cpu mode='custom' match='strict' check='none'>
    <model fallback='allow'>Nehalem</model>
    <cache level='3' mode='emulate'/>
    <feature policy='force' name='vmx'/>
    <feature policy='optional' name='aes'/>
    <feature policy='forbid' name='x2apic'/>
  </cpu>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='pit' tickpolicy='delay'/>
    <timer name='hpet' present='no'/>
  </clock>`),
  'tuned memory': domain(`
  <memory unit='MiB' dumpCore='on'>1024</memory>
  <currentMemory unit='MiB'>1024</currentMemory>
  <memoryBacking>
    <source type='file'/>
    <access mode='shared'/>
    <allocation mode='ondemand'/>
    <discard/>
  </memoryBacking>
  <memtune>
    <hard_limit unit='GiB'>4</hard_limit>
    <soft_limit unit='MiB'>2048</soft_limit>
    <swap_hard_limit unit='KiB'>8388608</swap_hard_limit>
  </memtune>
  <blkiotune><weight>800</weight></blkiotune>
  <vcpu>2</vcpu>
  <numatune><memory mode='preferred' nodeset='0'/></numatune>
${I440FX}`),
  'restrictive memory': domain(`
  <memory unit='MiB'>1024</memory>
  <vcpu>2</vcpu>
  <numatune>
    <memory mode='restrictive' nodeset='0'/>
    <memnode cellid='0' mode='restrictive' nodeset='0'/>
  </numatune>
${Q35}
  <cpu>
    <numa>
      <cell id='0' cpus='0' memory='512' unit='MiB'/>
      <cell id='1' cpus='1' memory='512' unit='MiB'/>
    </numa>
  </cpu>`),
  'memory of many kinds': domain(`
  <maxMemory slots='8' unit='GiB'>16</maxMemory>
  <memory unit='GiB'>4</memory>
  <vcpu>2</vcpu>
${Q35}
  <features><acpi/></features>
  <cpu>
    <numa>
      <cell id='0' cpus='0' memory='512' unit='MiB'/>
      <cell id='1' cpus='1' memory='512' unit='MiB'/>
    </numa>
  </cpu>
  <devices>
    <memory model='dimm' access='private' discard='yes'>
      <source><nodemask>0</nodemask><pagesize unit='KiB'>4</pagesize></source>
      <target><size unit='MiB'>512</size><node>0</node></target>
      <address type='dimm' slot='0'/>
    </memory>
    <memory model='dimm'>
      <target><size unit='MiB'>512</size><node>1</node></target>
      <address type='dimm' slot='1' base='0x120000000'/>
    </memory>
    <memory model='nvdimm'>
      <source><path>/tmp/nvdimm</path></source>
      <target><size unit='MiB'>513</size><node>0</node><label><size unit='KiB'>256</size></label></target>
    </memory>
    <memory model='virtio-pmem'>
      <source><path>/tmp/virtio_pmem</path></source>
      <target><size unit='MiB'>512</size></target>
    </memory>
    <memory model='virtio-mem'>
      <target>
        <size unit='GiB'>1</size>
        <node>0</node>
        <block unit='MiB'>2</block>
        <requested unit='MiB'>512</requested>
      </target>
    </memory>
  </devices>`),
};
