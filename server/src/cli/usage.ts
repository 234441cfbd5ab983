/** The help texts, as `--help` prints them. */
export const HELP = {
  virtlens: `virtlens reads QEMU command lines in shell scripts and libvirt domain XML, and says what is refused,
what is ignored, and what runs on the wrong side of the machine.

Usage:
  virtlens check [paths...] [options]   check files and folders
  virtlens explain <rule>               print the page of a rule
  virtlens explain --at FILE:LINE       derive the verdicts on placement that rest on a line
  virtlens rules [--format json]        list all rules
  virtlens host capture [-o FILE]       write the profile of this machine
  virtlens host import [options]        make a profile of saved outputs of virsh, lstopo and others
  virtlens host list                    list the reference profiles
  virtlens lsp --stdio                  serve an editor over the language server protocol

Options:
  -h, --help       print help; also after a command
  -V, --version    print the version

Exit status:
  0   nothing found
  1   findings remain
  2   wrong usage, or a file that could not be read, checked or written
`,

  check: `Usage: virtlens check [paths...] [options]

A path is a file, a folder or - for standard input; without any, the current folder is checked. Of a folder,
every text file up to 5 MB is read that git does not ignore, and those checked that may hold a QEMU command or
a libvirt domain. Of files that are named, none is left out.

Options:
      --fix                    apply all fixes that keep the meaning
      --repair                 apply fixes, choices among them, until no error is left; then as --fix
      --diff                   print what --fix (or --repair) would change, as a diff for patch -p1; write nothing
      --fail-on LEVEL          exit with 1 from this level on: error (default), warning, never
      --format FORMAT          text (default), concise (a line each, no fixes) or json
      --config FILE            settings for all files; without it, each file has those of the nearest virtlens.json
                               above it, in its repository
      --host PROFILE           the machine that the guests run on: a *.hostprofile.json, the name of a reference
                               profile (virtlens host list), or none
      --preset PRESET          how much findings weigh: desktop (advice on placement less), server (default) or
                               strict (hints more); errors are the same in all of them
      --qemu-version VERSION   the QEMU that will run the guests, such as 10.0
      --libvirt-version VERSION
                               the libvirt that will read the XML, such as 10.7
      --dialect DIALECT        take the text for qemu or libvirt, instead of looking at it
      --argv                   the paths hold one command line each, separated by NUL: /proc/PID/cmdline
  -h, --help                   print this help

With --fix or --repair, what standard input becomes goes to standard output, and the report to standard error.

Examples:
  virtlens check launch.sh guests/
  virsh dumpxml vm | virtlens check -
  virtlens check --argv /proc/1234/cmdline
  virtlens check --repair --diff vm.xml | patch -p1

Environment: NO_COLOR turns colours off, FORCE_COLOR turns them on where the output is no terminal.

Exit status:
  0   nothing found at the level of --fail-on, and nothing to change with --diff
  1   findings remain, or --diff shows a change
  2   wrong usage, or a file that could not be read, checked or written; the other files are checked
`,

  explain: `Usage: virtlens explain <rule>
       virtlens explain --at FILE:LINE [--host PROFILE] [--config FILE]

Prints the page of a rule: what it finds, what comes of it, and examples. With --at, prints every verdict on
placement that rests on a line: the facts, the line or the field of the host's profile that each was read from,
what holds or does not, how far apart the two sides are before and after the fix, and what could make it wrong.
The distance is the one that the firmware tells, relative to local memory; it is not measured.

Options:
      --at FILE:LINE           the line, counted from 1
      --host PROFILE           as for check; without it, the host that virtlens.json names for the file
      --config FILE            settings; without it, those of the nearest virtlens.json above the file

Example:
  virtlens explain --at guests/vm.xml:12 --host two-node-workstation
`,

  rules: `Usage: virtlens rules [--format text|json]

Lists all rules with their severities.
`,

  lsp: `Usage: virtlens lsp --stdio

Serves an editor over the language server protocol, on standard input and output.
`,
} as const;
