#!/bin/sh
# Threads on host node 0, memory on host node 1; and an empty line that loses the network.
exec numactl --cpunodebind=0 \
  qemu-system-x86_64 -machine q35 -accel kvm -cpu host -smp 4 -m 8G \
  -object memory-backend-ram,id=ram0,size=8G,policy=bind,host-nodes=1 \
  -numa node,nodeid=0,cpus=0-3,memdev=ram0 \
  -vga none \

  -nic user,model=virtio-net-pci \
  -drive file=root.qcow2,format=qcow2,if=virtio
