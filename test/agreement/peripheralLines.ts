/** Command lines about all that stands around a guest: disks, networks, character devices, clocks, tables, settings of devices. */
export const PERIPHERAL_LINES: Readonly<Record<string, string>> = {
  'settings of devices': `
    -machine q35
    -m 512M
    -global ICH9-LPC.disable_s3=1
    -global driver=ICH9-LPC,property=disable_s4,value=1
    -global virtio-net-pci.mq=on
    -netdev user,id=n0
    -device virtio-net-pci,netdev=n0`,
  'cards in one option': `
    -machine q35
    -m 512M
    -nic user,model=e1000e,mac=52:54:00:12:34:57
    -nic user,model=virtio-net-pci,id=n1,restrict=on`,
  'nested nodes': `
    -machine q35
    -m 512M
    -blockdev driver=raw,node-name=r0,cache.direct=on,file.driver=file,file.filename=disk.raw,file.aio=threads
    -device virtio-blk-pci,drive=r0,num-queues=2
    -blockdev {"driver":"null-co","node-name":"n0","size":1048576,"read-only":false}
    -device virtio-blk-pci,drive=n0,write-cache=on`,
  'controllers of disks': `
    -machine pc
    -m 512M
    -blockdev driver=null-co,node-name=n0,read-zeroes=on
    -blockdev driver=null-co,node-name=n1,size=1048576
    -device virtio-scsi-pci,id=scsi0,num_queues=2
    -device scsi-hd,drive=n0,bus=scsi0.0,lun=1
    -device nvme,drive=n1,serial=abc`,
  'monitors and ports': `
    -machine q35
    -m 512M
    -chardev null,id=c0
    -chardev ringbuf,id=c1,size=4096
    -mon chardev=c0,mode=control,pretty=off
    -device isa-serial,chardev=c1
    -parallel none`,
  'agent and sound': `
    -machine q35
    -m 512M
    -audiodev none,id=a0,out.frequency=48000,timer-period=1000
    -device ich9-intel-hda,id=h0
    -device hda-micro,bus=h0.0,audiodev=a0
    -device virtio-serial-pci,id=vs0,max_ports=4
    -chardev null,id=c0
    -device virtserialport,bus=vs0.0,chardev=c0,name=org.qemu.guest_agent.0`,
  clocks: `
    -machine q35
    -m 512M
    -rtc base=2026-01-01T12:00:00,clock=vm,driftfix=none
    -icount shift=7,sleep=on
    -boot order=dc,menu=on,splash-time=3000
    -action reboot=shutdown,panic=pause
    -watchdog-action reset
    -device i6300esb`,
  tables: `
    -machine pc,smm=off,vmport=off
    -m 512M
    -smbios type=1,manufacturer=Example,product=Guest,serial=1
    -smbios type=2,asset=A1
    -fw_cfg name=opt/org.example/text,string=hello
    -uuid 6f1d2c3b-0a4e-4b5c-8d7e-9f0a1b2c3d4e
    -overcommit mem-lock=off,cpu-pm=off
    -msg timestamp=on`,
  'flags of the processor': `
    -machine q35
    -accel tcg,thread=multi,tb-size=64
    -cpu max,-svm,avx2=off,hv-relaxed=on,phys-bits=40
    -m 512M
    -smp 2,maxcpus=4`,
  secrets: `
    -machine q35
    -m 512M
    -object secret,id=s0,data=abc
    -object iothread,id=io0,poll-max-ns=32768
    -object rng-builtin,id=rng0
    -device virtio-rng-pci,rng=rng0,max-bytes=1024,period=1000
    -object throttle-group,id=tg0,x-iops-total=100
    -blockdev driver=null-co,node-name=n0
    -blockdev driver=throttle,node-name=t0,throttle-group=tg0,file=n0
    -device virtio-blk-pci,drive=t0,iothread=io0`,
  'usb devices': `
    -machine pc,usb=on
    -m 512M
    -device usb-tablet
    -device usb-ehci,id=e0
    -blockdev driver=null-co,node-name=n0
    -device usb-storage,drive=n0,bus=e0.0,removable=on
    -device usb-mouse,bus=usb-bus.0`,
  'json devices': `
    -machine q35
    -m 512M
    -object {"qom-type":"iothread","id":"io0","poll-max-ns":32768}
    -netdev {"type":"user","id":"n0","restrict":true}
    -device {"driver":"pcie-root-port","id":"rp0","chassis":1,"slot":1}
    -device {"driver":"virtio-net-pci","netdev":"n0","bus":"rp0","mq":true}
    -device {"driver":"virtio-balloon-pci","deflate-on-oom":true}`,
};
