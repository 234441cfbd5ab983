/** One option of a QEMU command line: its name without dashes, or '' for a bare word, which QEMU takes for a disk image. */
export interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

/** The options of QEMU 7.2 to 11.1 that take no argument. Every other option takes the next word, whatever it is. */
const FLAGS = new Set(
  (
    'h help version enable-kvm nographic S s snapshot daemonize nodefaults no-reboot no-shutdown no-acpi no-hpet ' +
    'no-fd-bootchk no-quit full-screen no-user-config mem-prealloc usb win2k-hack preconfig singlestep ' +
    'one-insn-per-tb enable-fips only-migratable xen-attach xen-domid-restrict semihosting old-param ' +
    'enable-sync-profile audio-help curses sdl'
  ).split(' '),
);

/** Splits arguments (without the program's name) into options. An option whose argument is missing has no value. */
export function readOptions(args: readonly string[]): Option[] {
  const options: Option[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (!/^-./.test(word)) {
      options.push({ name: '', value: word });
      continue;
    }
    const name = word.replace(/^--?/, '');
    const takesValue = !FLAGS.has(name) && index + 1 < args.length;
    options.push({ name, value: takesValue ? args[++index] : undefined });
  }
  return options;
}

/** The words that say an option. */
export function writeOption({ name, value }: Option): string[] {
  const argument = value === undefined ? [] : [value];
  return name === '' ? argument : [`-${name}`, ...argument];
}
