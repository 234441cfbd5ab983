#!/bin/bash
# A training guest with two NUMA nodes and a GPU. It does not start, and would not do what it says if it did.
DISK=${DISK:-trainer.qcow2}

args=(
  -name trainer
  -machine q35
  -accel kvm
  -cpu host
  -smp 8,sockets=2,cores=4
  -m 16G
  # Memory near the GPU, or so it was meant.
  -object memory-backend-memfd,id=near,size=8G,policy=bind,host-nodes=1
  -numa node,nodeid=0,cpus=0-7,mem=8G
  -numa node,nodeid=1,cpus=0-7,mem=8G
  -device vfio-pci,host=0000:af:00.0,numa_node=1
  -drive "file=$DISK,if=virtio,format=qcow2"
  -nic user,model=virtio-net-pci
)

exec qemu-system-x86_64 "${args[@]}"
