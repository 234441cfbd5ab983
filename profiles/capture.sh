#!/bin/sh
# capture.sh - writes the host profile of a Linux machine to standard output, for machines without VirtLens.
#
# Usage:   ssh HOST sh -s < capture.sh > HOST.hostprofile.json
#          sh capture.sh [ROOT]        ROOT: where the machine's sys and proc are (default /)
# Needs:   a POSIX shell; awk for the names of devices. No root, no network. Nothing is changed.
#
# It writes what `virtlens host capture` writes (server/src/host/capture), character for character: a test holds the two
# against each other. No serial numbers, host names or network addresses are read.
set -u
LC_ALL=C
export LC_ALL
root=$(cd "${1:-/}" && pwd -P) || exit 2
root=${root%/}
sys=$root/sys
proc=$root/proc
nodes=$sys/devices/system/node
cpus=$sys/devices/system/cpu
nl='
'

# --- Reading -------------------------------------------------------------------------------------------------------------

# value FILE: sets $value to the file's first line; false where there is none.
value() {
  value=
  [ -r "$1" ] && { IFS= read -r value < "$1"; } 2> /dev/null
  [ -n "$value" ]
}

# whole FILE: the same for the CPUs of a node or a core. Such a file is to be read at once: asked for single bytes, as many a shell's
# read does, the kernel answers that it is at its end.
whole() {
  value=
  [ -r "$1" ] && value=$(cat "$1" 2> /dev/null)
  [ -n "$value" ]
}

# number FILE: sets $value to a whole number; the kernel's -1 is none.
number() {
  value "$1" || return 1
  case $value in *[!0-9]*) value=; return 1 ;; esac
}

# leads_to LINK: sets $value to the real path of the folder that a symbolic link leads to.
leads_to() {
  value=
  [ -d "$1" ] || return 1
  here=$PWD
  cd -P "$1" 2> /dev/null || return 1
  value=$PWD
  cd "$here" || exit 2
}

# memory FILE NAME: sets $value to the MiB of a line such as "Node 0 MemTotal:  20015308 kB".
memory() {
  value=
  [ -r "$1" ] || return 1
  while read -r line; do
    case " $line" in
      *" $2:"*)
        line=${line#*:}
        line=${line% kB}
        value=$((${line##* } / 1024))
        return 0
        ;;
    esac
  done < "$1"
  return 1
}

# --- Lists such as 0-3,8 -------------------------------------------------------------------------------------------------

# ranges LIST: sets $value to its parts with a blank between them.
ranges() {
  value=
  rest=$1
  while [ -n "$rest" ]; do
    value="$value ${rest%%,*}"
    case $rest in *,*) rest=${rest#*,} ;; *) rest= ;; esac
  done
}

# members LIST: sets $value to all numbers in it.
members() {
  ranges "$1"
  parts=$value
  value=
  for part in $parts; do
    n=${part%-*}
    while [ "$n" -le "${part#*-}" ]; do
      value="$value $n"
      n=$((n + 1))
    done
  done
}

# overlap LIST LIST: true where they have a number in common.
overlap() {
  ranges "$1"
  one=$value
  ranges "$2"
  for a in $one; do
    for b in $value; do
      [ "${a%-*}" -le "${b#*-}" ] && [ "${b%-*}" -le "${a#*-}" ] && return 0
    done
  done
  return 1
}

# without LIST LIST: sets $value to the list of what is in the first and not in the second.
without() {
  members "$1"
  all=$value
  list=
  low=
  high=
  for m in $all; do
    if overlap "$m" "$2"; then continue; fi
    if [ -n "$low" ] && [ "$m" -eq $((high + 1)) ]; then
      high=$m
      continue
    fi
    close_range
    low=$m
    high=$m
  done
  close_range
  value=$list
}

close_range() {
  [ -n "$low" ] || return 0
  if [ "$low" = "$high" ]; then list="$list${list:+,}$low"; else list="$list${list:+,}$low-$high"; fi
}

# --- Writing -------------------------------------------------------------------------------------------------------------

# member NAME JSON: a member of the profile.
member() { printf ',\n  "%s": %s' "$1" "$2"; }

# field NAME JSON: adds a member to the object in $object.
field() { object="$object${object:+, }\"$1\": $2"; }

begin_list() {
  printf ',\n%s"%s": [' "$1" "$2"
  indent=$1
  count=0
}

# item: writes $object as an item of the list.
item() {
  [ "$count" -eq 0 ] || printf ','
  printf '\n%s  { %s }' "$indent" "$object"
  count=$((count + 1))
}

end_list() {
  [ "$count" -eq 0 ] || printf '\n%s' "$indent"
  printf ']'
}

# --- The machine ---------------------------------------------------------------------------------------------------------

processor() {
  vendor='' implementer='' flags='' bits='' isa='' model=''
  if [ -r "$proc/cpuinfo" ]; then
    while read -r line; do
      content=${line#*:}
      content=${content# }
      case $line in
        '') break ;;
        vendor_id*) vendor=$content ;;
        'CPU implementer'*) implementer=$content ;;
        flags*) flags=" $content " ;;
        'address sizes'*) bits=${content%% *} ;;
        isa[!_-]*) isa=$content ;;
        cpu[!_a-z\ ]*:* | cpu' '*:*) case $line in 'cpu family'* | 'cpu MHz'* | 'cpu cores'*) ;; *) model=$content ;; esac ;;
      esac
    done < "$proc/cpuinfo"
  fi
  guest=
  case $flags in *' hypervisor '*) guest=1 ;; esac
  value "$sys/class/dmi/id/sys_vendor" && [ "$value" = QEMU ] && guest=1
  arch='' cpu_vendor=other
  case $flags in *' lm '*) arch=x86_64 ;; esac
  if [ "$arch" ]; then
    case $vendor in GenuineIntel | AuthenticAMD) cpu_vendor=$vendor ;; esac
  elif [ "$implementer" ]; then
    arch=aarch64
    [ "$implementer" = 0x41 ] && cpu_vendor=ARM
  elif [ "$vendor" = IBM/S390 ]; then
    arch=s390x
  else
    case $model in POWER*) arch=ppc64le ;; esac
    case $isa in rv64*) arch=riscv64 ;; esac
  fi
  [ "$guest" ] && member isGuest true
  if [ "$arch" ]; then
    member arch "\"$arch\""
    member cpuVendor "\"$cpu_vendor\""
  fi
  case $bits in '' | *[!0-9]*) ;; *) member physicalAddressBits "$bits" ;; esac
}

# page_sizes FOLDER: sets $value to the sizes of huge pages for which it has a folder, the smallest first.
page_sizes() {
  sizes=
  for folder in "$1"/hugepages-*kB; do
    [ -d "$folder" ] || continue
    size=${folder##*hugepages-}
    sizes="$sizes${size%kB}$nl"
  done
  value=
  [ -z "$sizes" ] || value=$(printf '%s' "$sizes" | sort -n)
}

base_page_sizes() {
  [ -r "$proc/self/smaps" ] || return 0
  while read -r name size unit; do
    [ "$name $unit" = 'KernelPageSize: kB' ] || continue
    text=$size
    page_sizes "$sys/kernel/mm/hugepages"
    for size in $value; do text="$text, $size"; done
    member pageSizesKiB "[$text]"
    return 0
  done < "$proc/self/smaps"
}

cpu_lists() {
  value "$cpus/present" && present=$value || present=
  value "$cpus/isolated" && isolated=$value || isolated=
  # Linux also lists CPUs that could still be plugged in.
  without "$isolated" "$present"
  without "$isolated" "$value"
  [ -z "$value" ] || member isolatedCpus "\"$value\""
  without "$present" "$online"
  [ -z "$value" ] || member offlineCpus "\"$value\""
}

# Only these words are taken from the kernel's command line, which can name disks and hosts.
iommu() {
  object=
  enabled=false
  for group in "$sys"/kernel/iommu_groups/*; do [ -e "$group" ] && enabled=true; done
  field enabled $enabled
  value "$proc/cmdline"
  words=" $value "
  case $words in *' iommu=pt '* | *' iommu.passthrough=1 '*) field passthrough true ;; esac
  case $words in *' pcie_acs_override='*) field acsOverride true ;; esac
  member iommu "{ $object }"
}

# The kernel, and whether there is a numad. Where there is no libvirt either, as in a container, that says nothing.
software() {
  object=
  value "$proc/sys/kernel/osrelease" && field kernel "\"$value\""
  if [ -r "$root/usr/bin/numad" ]; then
    field numad true
  else
    for daemon in sbin/libvirtd sbin/virtqemud bin/libvirtd bin/virtqemud; do
      [ -r "$root/usr/$daemon" ] || continue
      field numad false
      break
    done
  fi
  [ -z "$object" ] || member software "{ $object }"
}

hugetlbfs() {
  [ -r "$proc/mounts" ] || return 0
  found=0
  while read -r _ path type options _; do
    [ "$type" = hugetlbfs ] || continue
    case $path in *[\\\"]*) continue ;; esac
    [ $found = 1 ] || begin_list '  ' hugetlbfs
    found=1
    object=
    field path "\"$path\""
    case ,$options in
      *,pagesize=*)
        size=${options##*pagesize=}
        size=${size%%,*}
        case $size in
          *K) field pageSizeKiB "${size%K}" ;;
          *M) field pageSizeKiB $((${size%M} * 1024)) ;;
          *G) field pageSizeKiB $((${size%G} * 1048576)) ;;
        esac
        ;;
    esac
    item
  done < "$proc/mounts"
  [ $found = 0 ] || end_list
}

# --- Nodes and CPUs ------------------------------------------------------------------------------------------------------

# pages NAME FOLDER COUNTER KEY: adds a list of huge pages to $object.
pages() {
  page_sizes "$2"
  text=
  for size in $value; do
    number "$2/hugepages-${size}kB/$3" || continue
    text="$text${text:+, }{ \"sizeKiB\": $size, \"$4\": $value }"
  done
  [ -z "$text" ] || field "$1" "[$text]"
}

# node ID CPUS MEMINFO PAGES
node() {
  object=
  field id "$1"
  field cpus "\"$2\""
  memory "$3" MemTotal && field memoryMiB "$value"
  if [ -n "$ids" ] && value "$nodes/node$1/distance"; then
    row=$value
    text=
    for to in $ids; do
      text="$text${text:+, }\"$to\": ${row%% *}"
      row=${row#* }
    done
    field distances "{ $text }"
  fi
  pages hugePages "$4" nr_hugepages total
  item
}

node_list() {
  begin_list '  ' nodes
  [ -n "$ids" ] || node 0 "$online" "$proc/meminfo" "$sys/kernel/mm/hugepages"
  for id in $ids; do
    whole "$nodes/node$id/cpulist"
    node "$id" "$value" "$nodes/node$id/meminfo" "$nodes/node$id/hugepages"
  done
  end_list
}

# What reading a node's memory costs those who are nearest to it, where the firmware has a table of that (HMAT).
interconnects() {
  found=0
  for to in $ids; do
    folder=$nodes/node$to/access0/initiators
    number "$folder/read_latency" && latency=$value || latency=0
    number "$folder/read_bandwidth" && bandwidth=$value || bandwidth=0
    [ "$latency$bandwidth" = 00 ] && continue
    for from in $ids; do
      [ -e "$folder/node$from" ] || continue
      [ $found = 1 ] || begin_list '  ' interconnects
      found=1
      object=
      field from "$from"
      field to "$to"
      [ "$latency" = 0 ] || field readLatencyNs "$latency"
      [ "$bandwidth" = 0 ] || field readBandwidthMiBs "$bandwidth"
      item
    done
  done
  [ $found = 0 ] || end_list
}

cpu_list() {
  value "$sys/devices/cpu_core/cpus" && performance=$value || performance=
  value "$sys/devices/cpu_atom/cpus" && efficiency=$value || efficiency=
  value "$sys/devices/cpu_lowpower/cpus" && efficiency=$efficiency${efficiency:+,}$value
  begin_list '  ' cpus
  members "$online"
  for cpu in $value; do
    object=
    field id "$cpu"
    topology=$cpus/cpu$cpu/topology
    number "$topology/physical_package_id" && field package "$value"
    number "$topology/die_id" && field die "$value"
    # 65535: the kernel keeps 16 bits of -1.
    number "$topology/cluster_id" && [ "$value" != 65535 ] && field cluster "$value"
    number "$topology/core_id" && field core "$value"
    whole "$topology/thread_siblings_list" && field siblings "\"$value\""
    value "$cpus/cpu$cpu/cache/index3/shared_cpu_list" && field l3 "${value%%[,-]*}"
    if overlap "$cpu" "$performance"; then field type '"P"'
    elif overlap "$cpu" "$efficiency"; then field type '"E"'; fi
    item
  done
  end_list
}

# --- PCI -----------------------------------------------------------------------------------------------------------------

# Sets $names to lines "vendor:device name" of the devices that are there, ready for JSON.
device_names() {
  names=
  for ids_file in "$root/usr/share/misc/pci.ids" "$root/usr/share/hwdata/pci.ids"; do
    [ -r "$ids_file" ] && break
  done
  [ -r "$ids_file" ] && command -v awk > /dev/null || return 0
  wanted=
  for device in "$sys"/bus/pci/devices/*; do
    value "$device/vendor" || continue
    wanted="$wanted ${value#0x}"
    value "$device/device"
    wanted="$wanted:${value#0x}"
  done
  names=$nl$(awk -v wanted="$wanted" '
    BEGIN { n = split(wanted, list, " "); for (i = 1; i <= n; i++) want[list[i]] = 1 }
    /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]  / { vendor = substr($0, 1, 4); vendor_name = substr($0, 7); next }
    /^[^\t#]/ { vendor = "" }
    /^\t[0-9a-f][0-9a-f][0-9a-f][0-9a-f]  / && ((vendor ":" substr($0, 2, 4)) in want) {
      name = substr(vendor_name " " substr($0, 8), 1, 200)
      gsub(/\\/, "\\\\", name); gsub(/"/, "\\\"", name)
      print vendor ":" substr($0, 2, 4) " " name
    }' "$ids_file")$nl
}

# device_nodes FOLDER: the nodes that a device is local to. Where the firmware names none, the CPUs that are local to it
# may tell: an I/O hub can serve some of the nodes. All CPUs tell nothing.
device_nodes() {
  if number "$1/numa_node"; then
    field nodes "[$value]"
    return
  fi
  case $ids in
    ?*' '*) ;;
    *)
      field nodes "[${ids:-0}]"
      return
      ;;
  esac
  value "$1/local_cpulist"
  local_cpus=$value
  near='' some=0 with_cpus=0
  for id in $ids; do
    whole "$nodes/node$id/cpulist" || continue
    with_cpus=$((with_cpus + 1))
    overlap "$local_cpus" "$value" || continue
    near="$near${near:+, }$id"
    some=$((some + 1))
  done
  if [ $some -gt 0 ] && [ $some -lt $with_cpus ]; then field nodes "[$near]"; fi
}

# bars FILE: six lines "start end flags" (include/linux/ioport.h) for the regions of a function.
bars() {
  [ -r "$1" ] || return 0
  text=
  index=0
  while [ $index -lt 6 ] && read -r start end flags; do
    if [ $((flags & 0x200)) -ne 0 ] && [ $((end > start)) -eq 1 ]; then
      wide=false prefetchable=false
      [ $((flags & 0x100000)) -eq 0 ] || wide=true
      [ $((flags & 0x2000)) -eq 0 ] || prefetchable=true
      text="$text${text:+, }{ \"index\": $index, \"bytes\": $((end - start + 1)), \"wide\": $wide, \"prefetchable\": $prefetchable }"
    fi
    index=$((index + 1))
  done < "$1"
  [ -z "$text" ] || field bars "[$text]"
}

# bridges PATH: the root and the bridges above a device, of .../devices/pci0000:5d/0000:5d:00.0/0000:5e:00.0.
bridges() {
  rest=$1/
  text=
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    rest=${rest#*/}
    case $part in pci[0-9a-f]*:*) [ -n "$text" ] || text="\"$part\"" ;; *) [ -z "$text" ] || [ -z "$rest" ] || text="$text, \"$part\"" ;; esac
  done
  [ -z "$text" ] || field path "[$text]"
}

device() {
  object=
  value "$1/class" || return 0
  class=${value#0x}
  field address "\"${1##*/}\""
  field class "\"$class\""
  value "$1/vendor" && vendor=${value#0x} && field vendor "\"$vendor\""
  value "$1/device" && id=${value#0x} && field device "\"$id\""
  case $names in
    *"$nl$vendor:$id "*)
      name=${names#*"$nl$vendor:$id "}
      field name "\"${name%%"$nl"*}\""
      ;;
  esac
  device_nodes "$1"
  if leads_to "$1/iommu_group"; then field iommuGroup "${value##*/}"; else field iommuGroup null; fi
  leads_to "$1" && bridges "$value"
  bars "$1/resource"
  leads_to "$1/physfn" && field physicalFunction "\"${value##*/}\""
  number "$1/sriov_totalvfs" && [ "$value" != 0 ] && field virtualFunctions "$value"
  for type in "$1"/mdev_supported_types/*; do
    [ -e "$type" ] || continue
    field mediatedDevices true
    break
  done
  number "$1/boot_vga" && [ "$value" = 1 ] && field bootVga true
  # What the device can do: what it does just now depends on how busy it is.
  if value "$1/max_link_speed"; then
    speed=${value%% *}
    case $value in
      [0-9]*' GT/s'*)
        if number "$1/max_link_width" && [ "$value" -ge 1 ] && [ "$value" -le 64 ]; then
          field link "{ \"gigatransfers\": ${speed%.0}, \"width\": $value }"
        fi
        ;;
    esac
  fi
  item
}

devices() {
  device_names
  begin_list '  ' pci
  for folder in "$sys"/bus/pci/devices/*; do
    [ -d "$folder" ] && device "$folder"
  done
  end_list
}

# --- What may change -----------------------------------------------------------------------------------------------------

lock_limit() {
  [ -r "$proc/self/limits" ] || return 0
  while read -r a b c soft _; do
    [ "$a $b $c" = 'Max locked memory' ] || continue
    if [ "$soft" = unlimited ]; then soft='"unlimited"'; else soft=$((soft / 1024)); fi
    printf ',\n    "lockLimitKiB": %s' "$soft"
  done < "$proc/self/limits"
}

# free ID MEMINFO PAGES
free() {
  object=
  field id "$1"
  memory "$2" MemFree && field freeMiB "$value"
  pages freePages "$3" free_hugepages free
  item
}

volatile() {
  printf ',\n  "volatile": {\n    "capturedAt": "%s"' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  lock_limit
  begin_list '    ' nodes
  [ -n "$ids" ] || free 0 "$proc/meminfo" "$sys/kernel/mm/hugepages"
  for id in $ids; do free "$id" "$nodes/node$id/meminfo" "$nodes/node$id/hugepages"; done
  end_list
  printf ',\n    "drivers": {'
  count=0
  for folder in "$sys"/bus/pci/devices/*; do
    [ -d "$folder" ] || continue
    if leads_to "$folder/driver"; then driver="\"${value##*/}\""; else driver=null; fi
    [ "$count" -eq 0 ] || printf ','
    printf '\n      "%s": %s' "${folder##*/}" "$driver"
    count=$((count + 1))
  done
  [ "$count" -eq 0 ] || printf '\n    '
  printf '}\n  }'
}

value "$cpus/online" && online=$value || online=
value "$nodes/online" && members "$value"
ids=${value# }

printf '{\n  "schemaVersion": 1'
member sources '["sysfs"]'
processor
base_page_sizes
cpu_lists
iommu
software
hugetlbfs
node_list
interconnects
cpu_list
devices
volatile
printf '\n}\n'
