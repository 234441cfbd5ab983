/** The help texts, as `--help` prints them. */
export const HELP = {
  virtlens: `virtlens reads QEMU command lines in shell scripts and libvirt domain XML, and says what is refused,
what is ignored, and what runs on the wrong side of the machine.

Usage:
  virtlens check [paths...] [options]   check files and folders
  virtlens explain <rule>               print the page of a rule
  virtlens rules [--format json]        list all rules
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
      --format FORMAT          text (default) or json
      --config FILE            settings; without it, virtlens.json in the current folder, if it is there
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

Prints the page of a rule: what it finds, what comes of it, and examples.
`,

  rules: `Usage: virtlens rules [--format text|json]

Lists all rules with their severities.
`,

  lsp: `Usage: virtlens lsp --stdio

Serves an editor over the language server protocol, on standard input and output.
`,
} as const;
