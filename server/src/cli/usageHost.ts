/** The help texts of `virtlens host`. */
export const HOST_HELP = {
  host: `Usage: virtlens host capture [options]   write the profile of this machine
       virtlens host import [options]    make a profile of saved outputs of other programs
       virtlens host list                list the reference profiles

A host profile tells what a machine is made of: nodes, CPUs, memory, PCI devices. With one, virtlens check
--host FILE sees which of a guest's parts run on the wrong side of the machine. Profiles are named
*.hostprofile.json and are meant to be committed: no serial numbers, host names or network addresses are in them.
`,

  capture: `Usage: virtlens host capture [options]

Reads sysfs and procfs and writes the profile of this machine to standard output. No root is needed, nothing is
changed, and nothing is sent anywhere.

Options:
  -o, --output FILE    write to a file, such as gpu-01.hostprofile.json; one that is there is replaced
      --label TEXT     what to call the machine in messages
      --print-script   print a shell script that does the same on a machine without VirtLens
      --root DIR       where the machine's sys and proc are (default /)
  -h, --help           print this help

Examples:
  virtlens host capture -o this.hostprofile.json
  virtlens host capture --print-script | ssh gpu-01 sh -s > gpu-01.hostprofile.json
`,

  import: `Usage: virtlens host import [options]

Makes a profile of what other programs have printed on a machine, for those who cannot run VirtLens there. What the
first source knows is believed, in the order of this list; the later ones fill gaps. Conflicts and gaps go to standard
error.

Options:
      --capabilities FILE  virsh capabilities
      --lstopo FILE        lstopo --of xml
      --nodedev PATH       virsh nodedev-dumpxml: a file with one device or several, or a folder of *.xml
      --lscpu FILE         lscpu -J, or lscpu -J -e
      --numactl FILE       numactl -H
      --nvidia-topo FILE   nvidia-smi topo -m, taken before the GPUs are bound to vfio-pci; with the output of
                           nvidia-smi --query-gpu=index,pci.bus_id --format=csv in the same file if there is no --lstopo
                           and no --nodedev
  -o, --output FILE        write to a file, such as gpu-01.hostprofile.json; one that is there is replaced
      --label TEXT         what to call the machine in messages
  -h, --help               print this help

Example:
  ssh gpu-01 virsh capabilities > caps.xml
  ssh gpu-01 'for d in $(virsh nodedev-list --cap pci); do virsh nodedev-dumpxml $d; done' > pci.xml
  virtlens host import --capabilities caps.xml --nodedev pci.xml -o gpu-01.hostprofile.json

Exit status: 2 if a document could not be read whole, or if they contradict themselves; what was read is written.
`,

  list: `Usage: virtlens host list

Lists the reference profiles, which --host takes by their names: machines as their makers document them, for
those who do not have the hardware at hand.
`,
} as const;
