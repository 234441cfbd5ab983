/** A domain as people keep it: indented by two, comments, an unused device commented out, placeholders. */
const TYPICAL = `<?xml version='1.0' encoding='UTF-8'?>
<!-- virsh define me -->
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>@name@</name>
  <uuid>%s</uuid>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://debian.org/debian/12'/>
    </libosinfo:libosinfo>
  </metadata>
  <memory unit='GiB'>64</memory>
  <currentMemory unit='GiB'>64</currentMemory>
  <memoryBacking>
    <hugepages>
      <page size='1' unit='GiB' nodeset='0-1'/>
    </hugepages>
    <locked/>
  </memoryBacking>
  <vcpu placement='static' cpuset='0-15'>16</vcpu>
  <iothreads>2</iothreads>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/>
    <vcpupin vcpu='1' cpuset='1'/>
    <emulatorpin cpuset='2-3'/>
    <iothreadpin iothread='1' cpuset='4'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='0-1'/>
    <memnode cellid='0' mode='strict' nodeset='0'/>
    <memnode cellid='1' mode='strict' nodeset='1'/>
  </numatune>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
    <hyperv mode='custom'>
      <relaxed state='on'/>
      <spinlocks state='on' retries='8191'/>
    </hyperv>
  </features>
  <cpu mode='host-passthrough' check='none'>
    <topology sockets='2' dies='1' cores='8' threads='1'/>
    <numa>
      <cell id='0' cpus='0-7' memory='32' unit='GiB'>
        <distances>
          <sibling id='0' value='10'/>
          <sibling id='1' value='21'/>
        </distances>
      </cell>
      <cell id='1' cpus='8-15' memory='32' unit='GiB'/>
    </numa>
  </cpu>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
  </clock>
  <on_reboot>restart</on_reboot>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' iothread='1'/>
      <source file='/images/\${NAME}.qcow2'/>
      <backingStore type='file'>
        <format type='raw'/>
        <source file='/images/base &amp; more.img'/>
      </backingStore>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'>
      <model name='pcie-root-port'/>
      <target chassis='1' port='0x10'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
    </controller>
    <interface type='bridge'>
      <mac address='52:54:00:00:00:01'/>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
    <!--
    <sound model='ich9'/>
    -->
    <!-- the GPU -->
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x41' slot='0x00' function='0x0'/>
      </source>
      <rom bar='off'/>
    </hostdev>
    <memballoon model='none'/>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-fw_cfg'/>
    <qemu:arg value='name=opt/x,string=a&lt;b'/>
  </qemu:commandline>
</domain>
`;

/** Indented with tabs, one attribute a line, closing tags where others write a slash. */
const WIDE = `<domain type="kvm">
\t<name>{{ vm.name }}</name>
\t<memory unit="MiB">{{ vm.memory }}</memory>
\t<vcpu>4</vcpu>
\t<os><type machine="pc">hvm</type><boot dev="cdrom"></boot></os>
\t<devices>
\t\t<disk
\t\t\ttype="block"
\t\t\tdevice="disk">
\t\t\t<source dev="/dev/vg/{{ vm.name }}"></source>
\t\t\t<target dev="sda" bus="scsi"></target>
\t\t</disk>

\t\t<controller type="scsi" model="virtio-scsi"></controller>
\t\t<graphics type="spice" autoport="yes">
\t\t\t<listen type="address" address="127.0.0.1"></listen>
\t\t</graphics>
\t\t<video>
\t\t\t<model type="qxl" vram="65536"></model>
\t\t</video>
\t</devices>
</domain>
`;

/** Domains that stand for what is typed in practice. */
export const EXAMPLES: readonly string[] = [TYPICAL, WIDE];

/** The same without any layout. */
export const FLAT_EXAMPLES: readonly string[] = EXAMPLES.map((text) => text.replace(/>\s+</g, '><'));
