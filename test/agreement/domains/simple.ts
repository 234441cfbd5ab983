import { domain, Q35 } from './template.ts';
/** One of each kind that we know rules for. */
export const SIMPLE: Readonly<Record<string, string>> = {
  plain: domain(`
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
${Q35}
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
  </devices>`),
  'two cells': domain(`
  <memory unit='GiB'>2</memory>
  <currentMemory unit='GiB'>2</currentMemory>
  <vcpu placement='static'>8</vcpu>
${Q35}
  <cpu mode='custom' match='exact' check='none'>
    <model fallback='allow'>qemu64</model>
    <topology sockets='2' dies='1' cores='4' threads='1'/>
    <numa>
      <cell id='0' cpus='0-3' memory='1' unit='GiB'/>
      <cell id='1' cpus='4-7' memory='1' unit='GiB'/>
    </numa>
  </cpu>`),
  distances: domain(`
  <memory unit='MiB'>1536</memory>
  <vcpu>6</vcpu>
${Q35}
  <cpu>
    <numa>
      <cell id='0' cpus='0-1' memory='524288' unit='KiB'>
        <distances>
          <sibling id='0' value='10'/>
          <sibling id='1' value='21'/>
          <sibling id='2' value='31'/>
        </distances>
      </cell>
      <cell id='1' cpus='2-3' memory='524288' unit='KiB'>
        <distances>
          <sibling id='0' value='21'/>
          <sibling id='1' value='10'/>
        </distances>
      </cell>
      <cell id='2' cpus='4-5' memory='524288' unit='KiB' memAccess='shared' discard='no'/>
    </numa>
  </cpu>`),
  pinning: domain(`
  <memory unit='GiB'>1</memory>
  <vcpu placement='static' cpuset='0-1' current='2'>4</vcpu>
  <iothreads>2</iothreads>
  <cputune>
    <shares>2048</shares>
    <vcpupin vcpu='0' cpuset='0'/>
    <vcpupin vcpu='1' cpuset='1'/>
    <emulatorpin cpuset='0-1'/>
    <iothreadpin iothread='1' cpuset='0'/>
    <iothreadpin iothread='2' cpuset='1'/>
    <vcpusched vcpus='0' scheduler='fifo' priority='1'/>
  </cputune>
${Q35}`),
  tuning: domain(`
  <memory unit='GiB'>1</memory>
  <vcpu>4</vcpu>
  <numatune>
    <memory mode='strict' nodeset='0'/>
    <memnode cellid='0' mode='strict' nodeset='0'/>
    <memnode cellid='1' mode='preferred' nodeset='0'/>
  </numatune>
${Q35}
  <cpu>
    <numa>
      <cell id='0' cpus='0-1' memory='512' unit='MiB'/>
      <cell id='1' cpus='2-3' memory='512' unit='MiB'/>
    </numa>
  </cpu>`),
  backing: domain(`
  <memory unit='MiB'>512</memory>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
    <allocation mode='immediate' threads='2'/>
    <nosharepages/>
  </memoryBacking>
  <memtune>
    <hard_limit unit='GiB'>4</hard_limit>
    <soft_limit unit='GiB'>2</soft_limit>
  </memtune>
  <vcpu>2</vcpu>
${Q35}`),
  'memory modules': domain(`
  <maxMemory slots='4' unit='GiB'>8</maxMemory>
  <memory unit='GiB'>1</memory>
  <vcpu>2</vcpu>
${Q35}
  <features><acpi/><apic/></features>
  <cpu>
    <numa><cell id='0' cpus='0-1' memory='512' unit='MiB'/></numa>
  </cpu>
  <devices>
    <memory model='dimm'>
      <target><size unit='MiB'>512</size><node>0</node></target>
    </memory>
  </devices>`),
  ports: domain(`
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
${Q35}
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'>
      <model name='pcie-root-port'/>
      <target chassis='1' port='0x10'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0' multifunction='on'/>
    </controller>
    <controller type='pci' index='2' model='pcie-root-port'>
      <target chassis='2' port='0x11'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x1'/>
    </controller>
    <interface type='user'>
      <mac address='52:54:00:12:34:56'/>
      <model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </interface>
    <rng model='virtio'>
      <backend model='random'>/dev/urandom</backend>
      <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
    </rng>
  </devices>`),
  expander: domain(`
  <memory unit='GiB'>1</memory>
  <vcpu>4</vcpu>
${Q35}
  <cpu>
    <numa>
      <cell id='0' cpus='0-1' memory='512' unit='MiB'/>
      <cell id='1' cpus='2-3' memory='512' unit='MiB'/>
    </numa>
  </cpu>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-expander-bus'>
      <target busNr='128'><node>1</node></target>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </controller>
    <controller type='pci' index='2' model='pcie-root-port'>
      <target chassis='2' port='0x0'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </controller>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address domain='0x0000' bus='0x81' slot='0x00' function='0x0'/></source>
      <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
    </hostdev>
  </devices>`),
  'old machine': domain(`
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
  <devices>
    <controller type='pci' index='0' model='pci-root'/>
    <controller type='pci' index='1' model='pci-bridge'>
      <target chassisNr='1'/>
      <address type='pci' bus='0x00' slot='0x04' function='0x0'/>
    </controller>
    <controller type='usb' index='0' model='piix3-uhci'/>
    <interface type='user'>
      <model type='e1000'/>
      <address type='pci' bus='0x01' slot='0x01' function='0x0'/>
    </interface>
  </devices>`),
  disks: domain(`
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  <iothreads>1</iothreads>
${Q35}
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' iothread='1'/>
      <source file='/var/lib/libvirt/images/a.qcow2'/>
      <target dev='vda' bus='virtio'/>
      <boot order='1'/>
    </disk>
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <target dev='sda' bus='sata'/>
      <readonly/>
    </disk>
    <controller type='scsi' index='0' model='virtio-scsi'/>
  </devices>`),
  passthrough: domain(`
  <memory unit='GiB'>1</memory>
  <vcpu>2</vcpu>
${Q35}
  <devices>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <driver name='vfio'/>
      <source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>
      <rom bar='on'/>
    </hostdev>
    <hostdev mode='subsystem' type='mdev' model='vfio-pci'>
      <source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source>
    </hostdev>
  </devices>`),
  iommu: domain(`
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
${Q35}
  <features><acpi/><apic/><ioapic driver='qemu'/></features>
  <devices>
    <iommu model='intel'><driver intremap='on' caching_mode='on' iotlb='on'/></iommu>
  </devices>`),
  display: domain(`
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
${Q35}
  <devices>
    <input type='tablet' bus='usb'/>
    <graphics type='vnc' port='5977' autoport='no' listen='127.0.0.1'>
      <listen type='address' address='127.0.0.1'/>
    </graphics>
    <video><model type='virtio' heads='1' primary='yes'/></video>
    <memballoon model='virtio'/>
    <console type='pty'><target type='serial' port='0'/></console>
  </devices>`),
};
