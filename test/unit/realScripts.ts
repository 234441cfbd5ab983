// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
/** Scripts in the manners of those that people publish: what the tests damage, truncate and measure. */
export const REAL_SCRIPTS: readonly string[] = [
  `#!/bin/bash
# Windows guest with a passed-through card.
set -euo pipefail

VM_NAME="win11"
MEM=16G
CPUS=8
GPU=0000:0a:00.0
DISK=/var/lib/vms/$VM_NAME.qcow2
OVMF=/usr/share/OVMF

if [ ! -f "$DISK" ]; then
  echo "no disk: $DISK" >&2
  exit 1
fi

args=(
  -name "$VM_NAME,debug-threads=on"
  -machine q35,accel=kvm,kernel_irqchip=on
  -cpu host,kvm=off,hv_vendor_id=none
  -m "$MEM"
  -smp "$CPUS,sockets=1,cores=4,threads=2"
  # firmware
  -drive "if=pflash,format=raw,readonly=on,file=$OVMF/OVMF_CODE.fd"
  -drive "if=pflash,format=raw,file=/tmp/\${VM_NAME}_VARS.fd"
  -device vfio-pci,host=$GPU,multifunction=on
  -device vfio-pci,host=\${GPU%.*}.1
)

if [[ "\${1:-}" == "--install" ]]; then
  args+=(-cdrom "$2" -boot d)
else
  args+=(-drive "file=$DISK,if=virtio,format=qcow2")
fi

exec taskset -c 0-7 qemu-system-x86_64 "\${args[@]}" -nographic
`,
  `#!/bin/sh
# two nodes, bound memory
NODE0=0
NODE1=1
OPTS="-enable-kvm -cpu host"
OPTS="$OPTS -m 8G -smp 8"
[ -n "$DEBUG" ] && OPTS="$OPTS -s -S"

numactl --cpunodebind=0,1 qemu-system-x86_64 $OPTS \\
  -object memory-backend-ram,id=m0,size=4G,host-nodes=$NODE0,policy=bind \\
  -object memory-backend-ram,id=m1,size=4G,host-nodes=$NODE1,policy=bind \\
  -numa node,nodeid=0,cpus=0-3,memdev=m0 \\
  -numa node,nodeid=1,cpus=4-7,memdev=m1 \\
  -device pxb-pcie,id=pxb1,bus=pcie.0,bus_nr=32,numa_node=1 \\
  -device 'pcie-root-port,id=rp1,bus=pxb1,chassis=1' \\
  -device '{"driver":"vfio-pci","host":"0000:3b:00.0","bus":"rp1"}' \\
  -netdev user,id=n0,hostfwd=tcp::2222-:22 -device virtio-net-pci,netdev=n0 \\
  -append "root=/dev/vda1 console=ttyS0" \\
  "$@"
`,
  `#!/usr/bin/env bash
QEMU=\${QEMU:-qemu-system-x86_64}
usage() {
  cat <<EOF
usage: $0 [-m MEM] [-c CPUS]
  it's a here-document # with a sign
EOF
  exit 1
}

MEMORY=4096
while getopts "m:c:h" opt; do
  case $opt in
    m) MEMORY=$OPTARG ;;
    c) CPUS=$OPTARG ;;
    *) usage ;;
  esac
done

start_vm() {
  local id=$1 port=$((5900 + $1))
  $QEMU -name "vm$id" -m "$MEMORY" -smp "\${CPUS:-2}" \\
    -drive file=/srv/vm$id.img,format=raw,if=virtio \\
    -vnc ":$id" -serial "tcp::$port,server,nowait" \\
    -daemonize
}

for i in 1 2 3; do
  start_vm $i || echo "failed: $i"
done

DEVICES=$(lspci -D | awk '/NVIDIA/ { print $1 }')
for dev in $DEVICES; do
  echo "$dev" > /sys/bus/pci/drivers/vfio-pci/bind
done
# that's all
`,
];
