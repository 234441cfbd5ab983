/**
 * Command lines that QEMU takes, of every kind that we know rules for. The mutations make the wrong ones of them.
 * Options stand one a line, as mutations take them.
 */
export const COMMAND_LINES: Readonly<Record<string, string>> = {
  plain: `
    -machine q35
    -m 1G
    -smp 4`,
  'old machine': `
    -machine pc-i440fx-5.2
    -m 512M
    -smp 2
    -device e1000,netdev=n0,addr=5
    -netdev user,id=n0`,
  'two nodes': `
    -machine q35
    -m 2G
    -smp 8,sockets=2,cores=4,threads=1
    -object memory-backend-ram,id=m0,size=1G
    -object memory-backend-ram,id=m1,size=1G
    -numa node,nodeid=0,cpus=0-3,memdev=m0
    -numa node,nodeid=1,cpus=4-7,memdev=m1`,
  'bound memory': `
    -machine q35
    -m 1G
    -smp 4
    -object memory-backend-memfd,id=m0,size=512M,host-nodes=0,policy=bind
    -object memory-backend-memfd,id=m1,size=512M,host-nodes=0,policy=preferred,prealloc=on
    -numa node,memdev=m0,cpus=0-1
    -numa node,memdev=m1,cpus=2-3`,
  distances: `
    -machine pc
    -m 1536M
    -smp 6
    -object memory-backend-ram,id=a,size=512M
    -object memory-backend-ram,id=b,size=512M
    -object memory-backend-ram,id=c,size=512M
    -numa node,nodeid=0,cpus=0-1,memdev=a
    -numa node,nodeid=1,cpus=2-3,memdev=b
    -numa node,nodeid=2,cpus=4-5,memdev=c
    -numa dist,src=0,dst=1,val=20
    -numa dist,src=0,dst=2,val=30
    -numa dist,src=1,dst=2,val=20`,
  'machine backend': `
    -machine q35,memory-backend=ram0
    -m 1G
    -smp 2,maxcpus=4
    -object memory-backend-ram,id=ram0,size=1G,share=on`,
  'memory by cpu': `
    -machine pc
    -m 1G
    -smp 4,sockets=2,cores=2,threads=1
    -object memory-backend-ram,id=m0,size=1G
    -numa node,nodeid=0,memdev=m0
    -numa node,nodeid=1
    -numa cpu,node-id=0,socket-id=0
    -numa cpu,node-id=1,socket-id=1`,
  'attributes of memory': `
    -machine q35,hmat=on
    -m 1G
    -smp 4
    -object memory-backend-ram,id=m0,size=512M
    -object memory-backend-ram,id=m1,size=512M
    -numa node,nodeid=0,cpus=0-3,memdev=m0
    -numa node,nodeid=1,memdev=m1,initiator=0
    -numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5
    -numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=10
    -numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=200M
    -numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,bandwidth=100M
    -numa hmat-cache,node-id=0,size=10K,level=1,associativity=direct,policy=write-back,line=8`,
  'memory modules': `
    -machine q35
    -m 1G,slots=4,maxmem=8G
    -smp 2
    -object memory-backend-ram,id=d0,size=512M
    -device pc-dimm,id=dimm0,memdev=d0`,
  'virtual memory device': `
    -machine q35
    -m 1G,maxmem=4G
    -smp 2
    -object memory-backend-ram,id=vm0,size=1G
    -device virtio-mem-pci,id=vmem0,memdev=vm0,requested-size=256M`,
  'root ports': `
    -machine q35
    -m 1G
    -device pcie-root-port,id=rp0,bus=pcie.0,chassis=1,slot=1
    -device pcie-root-port,id=rp1,bus=pcie.0,chassis=2,slot=2
    -device virtio-net-pci,bus=rp0,netdev=n0
    -netdev user,id=n0
    -device virtio-rng-pci,bus=rp1`,
  expander: `
    -machine q35
    -m 1G
    -smp 4
    -object memory-backend-ram,id=m0,size=512M
    -object memory-backend-ram,id=m1,size=512M
    -numa node,nodeid=0,cpus=0-1,memdev=m0
    -numa node,nodeid=1,cpus=2-3,memdev=m1
    -device pxb-pcie,id=pxb1,bus=pcie.0,bus_nr=128,numa_node=1
    -device pcie-root-port,id=rp1,bus=pxb1,chassis=1,slot=1
    -device virtio-rng-pci,bus=rp1`,
  'expander of the old machine': `
    -machine pc
    -m 1G
    -smp 2
    -object memory-backend-ram,id=m0,size=1G
    -numa node,nodeid=0,cpus=0-1,memdev=m0
    -device pxb,id=pxb0,bus=pci.0,bus_nr=64,numa_node=0
    -device virtio-rng-pci,bus=pxb0,addr=2`,
  switch: `
    -machine q35
    -m 512M
    -device pcie-root-port,id=rp,bus=pcie.0,chassis=1
    -device x3130-upstream,id=up,bus=rp
    -device xio3130-downstream,id=down0,bus=up,chassis=2,slot=0
    -device xio3130-downstream,id=down1,bus=up,chassis=3,slot=1
    -device e1000e,bus=down0
    -device virtio-rng-pci,bus=down1`,
  functions: `
    -machine q35
    -m 512M
    -device virtio-rng-pci,bus=pcie.0,addr=5.0,multifunction=on
    -device virtio-balloon-pci,bus=pcie.0,addr=5.1
    -device e1000e,bus=pcie.0,addr=6`,
  bridge: `
    -machine q35
    -m 512M
    -device pcie-pci-bridge,id=br0,bus=pcie.0,addr=4
    -device e1000,bus=br0,addr=2
    -device rtl8139,bus=br0,addr=3`,
  disks: `
    -machine q35
    -m 512M
    -drive file=disk.qcow2,if=none,id=d0,format=qcow2,cache=none
    -device virtio-blk-pci,drive=d0,bootindex=1
    -drive file=cd.iso,if=none,id=cd0,media=cdrom,format=raw
    -device ide-cd,drive=cd0,bus=ide.0`,
  'block nodes': `
    -machine q35
    -m 512M
    -object iothread,id=io0
    -blockdev driver=file,filename=disk.raw,node-name=f0
    -blockdev driver=raw,file=f0,node-name=r0
    -device virtio-scsi-pci,id=scsi0,iothread=io0
    -device scsi-hd,drive=r0,bus=scsi0.0,scsi-id=1`,
  network: `
    -machine q35
    -m 512M
    -netdev user,id=n0,hostfwd=tcp:127.0.0.1:0-:22
    -device virtio-net-pci,netdev=n0,mac=52:54:00:12:34:56
    -netdev user,id=n1,restrict=on
    -device e1000e,netdev=n1`,
  consoles: `
    -machine q35
    -m 512M
    -chardev socket,id=c0,path=console.sock,server=on,wait=off
    -device virtio-serial-pci,id=vs0
    -device virtserialport,bus=vs0.0,chardev=c0,name=org.example.0
    -chardev null,id=c1
    -device isa-serial,chardev=c1`,
  usb: `
    -machine q35
    -m 512M
    -device qemu-xhci,id=usb0,bus=pcie.0
    -device usb-tablet,bus=usb0.0,port=1
    -device usb-kbd,bus=usb0.0`,
  display: `
    -machine q35,vmport=off
    -m 512M
    -vga none
    -device virtio-vga,max_outputs=2
    -vnc 127.0.0.1:77`,
  processor: `
    -machine q35,accel=tcg
    -cpu qemu64,+ssse3,-svm
    -m 512M
    -smp cpus=4,sockets=1,dies=1,cores=2,threads=2,maxcpus=4`,
  iommu: `
    -machine q35,kernel-irqchip=split
    -m 512M
    -device intel-iommu,intremap=on,caching-mode=on
    -device virtio-rng-pci,iommu_platform=on,disable-legacy=on`,
  json: `
    -machine q35
    -m 512M
    -object {"qom-type":"memory-backend-ram","id":"j0","size":268435456}
    -object {"qom-type":"memory-backend-ram","id":"j1","size":268435456}
    -numa node,nodeid=0,memdev=j0
    -numa node,nodeid=1,memdev=j1
    -netdev {"type":"user","id":"n0"}
    -device {"driver":"virtio-net-pci","netdev":"n0","id":"nic0"}`,
  settings: `
    -machine type=pc-q35-7.2,usb=off,dump-guest-core=off
    -name guest=example,debug-threads=on
    -m size=1048576k
    -rtc base=utc,driftfix=slew
    -boot order=c,menu=on
    -global kvm-pit.lost_tick_policy=delay
    -nodefaults
    -no-user-config
    -uuid 6f1d2c3b-0a4e-4b5c-8d7e-9f0a1b2c3d4e`,
};

/** The options of a command line, each as it stands. */
export const optionsOf = (line: string): string[] =>
  line
    .split('\n')
    .map((option) => option.trim())
    .filter((option) => option !== '');
