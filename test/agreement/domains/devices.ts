import { domain, Q35, SMALL } from './template.ts';

/** Devices of the host, pictures, and whatever else goes into a guest. */
export const DEVICES: Readonly<Record<string, string>> = {
  'mediated devices': domain(`
${SMALL}
  <devices>
    <hostdev mode='subsystem' type='mdev' managed='no' model='vfio-pci' display='on'>
      <source><address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'/></source>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </hostdev>
    <hostdev mode='subsystem' type='mdev' model='vfio-pci' display='off'>
      <source><address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dd'/></source>
    </hostdev>
    <graphics type='vnc' port='-1' autoport='yes'/>
    <video><model type='qxl' ram='65536' vram='65536' vgamem='16384' heads='1' primary='yes'/></video>
  </devices>`),
  'devices of the host': domain(`
${SMALL}
  <devices>
    <hostdev mode='subsystem' type='usb' managed='no'>
      <source startupPolicy='optional'>
        <vendor id='0x1234'/>
        <product id='0xbeef'/>
        <address bus='14' device='6'/>
      </source>
      <address type='usb' bus='0' port='2'/>
    </hostdev>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <driver name='vfio'/>
      <source><address domain='0x0000' bus='0x65' slot='0x10' function='0x3'/></source>
      <alias name='ua-nic'/>
      <boot order='1'/>
      <teaming type='transient' persistent='ua-backup'/>
    </hostdev>
    <interface type='user'>
      <mac address='52:54:00:11:22:33'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup'/>
    </interface>
    <controller type='usb' index='0' model='qemu-xhci' ports='8'/>
    <controller type='scsi' index='0' model='virtio-scsi'/>
  </devices>`),
  'iommu for many': domain(`
  <memory unit='GiB'>1</memory>
  <vcpu>280</vcpu>
${Q35}
  <features><acpi/><apic/><ioapic driver='qemu'/></features>
  <devices>
    <iommu model='intel'>
      <driver intremap='on' caching_mode='on' eim='on' iotlb='on' aw_bits='48'/>
    </iommu>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'/>
    <interface type='user'>
      <model type='virtio'/>
      <driver name='qemu' iommu='on' ats='on' queues='4'/>
    </interface>
  </devices>`),
  'virtio iommu': domain(`
${SMALL}
  <features><acpi/></features>
  <devices>
    <iommu model='virtio'/>
    <rng model='virtio'>
      <rate bytes='1024' period='1000'/>
      <backend model='builtin'/>
      <driver iommu='on' ats='on'/>
    </rng>
  </devices>`),
  pictures: domain(`
${SMALL}
  <devices>
    <graphics type='vnc' port='5903' websocket='5700' keymap='en-us' sharePolicy='allow-exclusive'>
      <listen type='address' address='0.0.0.0'/>
    </graphics>
    <video>
      <model type='qxl' ram='65536' vram='65536' vram64='65536' vgamem='16384' heads='1' primary='yes'/>
    </video>
    <video>
      <model type='virtio' heads='4'><resolution x='1280' y='1024'/></model>
      <driver iommu='off'/>
    </video>
    <input type='keyboard' bus='virtio'/>
    <input type='mouse' bus='ps2'/>
    <audio id='1' type='none'/>
    <sound model='ich9'><codec type='micro'/><audio id='1'/></sound>
  </devices>`),
  'picture without a window': domain(`
${SMALL}
  <devices>
    <graphics type='egl-headless'><gl rendernode='/dev/dri/renderD128'/></graphics>
    <graphics type='vnc' autoport='yes'><listen type='none'/></graphics>
    <video><model type='virtio' heads='1'><acceleration accel3d='no'/></model></video>
  </devices>`),
  'picture of the old kind': domain(`
${SMALL}
  <devices>
    <graphics type='vnc' socket='/tmp/vnc.sock'/>
    <video><model type='vga' vram='16384' heads='1' primary='yes'/></video>
    <hub type='usb'/>
    <redirdev bus='usb' type='tcp'><source mode='connect' host='localhost' service='4000'/></redirdev>
  </devices>`),
  'disks of many kinds': domain(`
${SMALL}
  <devices>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw' cache='none' io='native' discard='unmap' detect_zeroes='on'/>
      <source dev='/dev/vg/a'/>
      <target dev='sda' bus='scsi'/>
      <iotune><total_bytes_sec>10000000</total_bytes_sec><read_iops_sec>400</read_iops_sec></iotune>
      <serial>WD-1234</serial>
      <address type='drive' controller='0' bus='0' target='0' unit='0'/>
    </disk>
    <disk type='network' device='disk'>
      <driver name='qemu' type='raw'/>
      <source protocol='rbd' name='pool/image'><host name='mon1' port='6789'/></source>
      <target dev='vdb' bus='virtio'/>
      <blockio logical_block_size='512' physical_block_size='4096'/>
    </disk>
    <controller type='scsi' index='0' model='virtio-scsi'>
      <driver queues='2' cmd_per_lun='128' max_sectors='512'/>
    </controller>
    <filesystem type='mount' accessmode='passthrough'>
      <driver type='path'/>
      <source dir='/export'/>
      <target dir='tag'/>
      <readonly/>
    </filesystem>
  </devices>`),
  links: domain(`
${SMALL}
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:aa:bb:01'/>
      <source bridge='br0'/>
      <target dev='tap0'/>
      <model type='virtio'/>
      <driver name='vhost' queues='2' rx_queue_size='512' tx_queue_size='256'/>
      <mtu size='1500'/>
      <link state='up'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <model type='e1000'/>
      <boot order='2'/>
    </interface>
    <interface type='ethernet'>
      <target dev='tap1' managed='no'/>
      <model type='virtio-transitional'/>
    </interface>
    <vsock model='virtio'><cid auto='no' address='3'/></vsock>
    <serial type='unix'>
      <source mode='bind' path='/tmp/serial.sock'/>
      <target type='isa-serial' port='0'><model name='isa-serial'/></target>
    </serial>
    <shmem name='window'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>
  </devices>`),
  features: domain(`
${SMALL}
  <features>
    <acpi/>
    <apic/>
    <hyperv mode='custom'>
      <relaxed state='on'/>
      <vapic state='on'/>
      <spinlocks state='on' retries='8191'/>
      <vendor_id state='on' value='VirtLens'/>
    </hyperv>
    <kvm><hidden state='on'/></kvm>
    <pmu state='off'/>
    <vmport state='off'/>
    <smm state='on'><tseg unit='MiB'>16</tseg></smm>
    <ioapic driver='kvm'/>
  </features>
  <clock offset='localtime'>
    <timer name='hypervclock' present='yes'/>
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <pm><suspend-to-mem enabled='no'/><suspend-to-disk enabled='no'/></pm>`),
};
