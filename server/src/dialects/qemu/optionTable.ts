/**
 * What a QEMU option looks like on the command line (qemu-options.hx of QEMU 7.2 to 11.1, and the older options
 * that still stand in people's scripts).
 *   flag     takes no argument
 *   plain    takes an argument that is one text (a path, a device, a kernel command line)
 *   list     takes key=value pairs; the text is the key that a first bare value stands for, or '' for none
 */
export type OptionShape = 'flag' | 'plain' | { readonly implied: string };

const FLAGS =
  'h help version enable-kvm no-kvm nographic S s snapshot daemonize nodefaults no-reboot no-shutdown no-acpi ' +
  'no-hpet no-fd-bootchk no-quit no-frame no-user-config mem-prealloc usb full-screen win2k-hack rtc-td-hack ' +
  'sdl curses portrait alt-grab ctrl-grab preconfig singlestep one-insn-per-tb enable-fips only-migratable ' +
  'xen-attach xen-domid-restrict semihosting old-param enable-sync-profile audio-help localtime soundhw-help ' +
  'no-kvm-irqchip no-kvm-pit no-kvm-pit-reinjection no-user-config nouserconfig std-vga no-tsc usbtablet';

const PLAIN =
  'uuid fda fdb hda hdb hdc hdd cdrom mtdblock sd pflash iscsi usbdevice rotate vga g k mem-path bios kernel ' +
  'initrd append dtb serial parallel monitor qmp qmp-pretty debugcon pidfile loadvm savevm chroot runas L ' +
  'option-rom watchdog watchdog-action bt virtioconsole incoming trace D d dfilter seed prom-env readconfig ' +
  'writeconfig redir tftp bootp smb soundhw clock balloon cpu-list tb-size xen-domid gdb set echr show-cursor ' +
  'drive-opts shim';

const LISTS: Record<string, string> = {
  machine: 'type',
  M: 'type',
  cpu: 'model',
  accel: 'accel',
  smp: 'cpus',
  numa: 'type',
  m: 'size',
  'add-fd': '',
  global: 'driver',
  boot: 'order',
  audio: 'driver',
  audiodev: 'driver',
  device: 'driver',
  name: 'guest',
  blockdev: 'driver',
  drive: '',
  fsdev: 'fsdriver',
  virtfs: 'fsdriver',
  display: 'type',
  spice: '',
  vnc: 'vnc',
  acpitable: '',
  smbios: '',
  netdev: 'type',
  nic: 'type',
  net: 'type',
  chardev: 'backend',
  tpmdev: 'type',
  compat: '',
  fw_cfg: 'name',
  mon: 'chardev',
  action: '',
  rtc: 'base',
  icount: 'shift',
  'semihosting-config': 'enable',
  sandbox: 'enable',
  msg: 'timestamp',
  overcommit: '',
  object: 'qom-type',
  plugin: 'file',
  'run-with': '',
  'tdx-guest': '',
};

const TABLE = new Map<string, OptionShape>([
  ...FLAGS.split(' ').map((name) => [name, 'flag'] as const),
  ...PLAIN.split(' ').map((name) => [name, 'plain'] as const),
  ...Object.entries(LISTS).map(([name, implied]) => [name, { implied }] as const),
]);

/** The shape of an option by its name without dashes; undefined where we do not know it. */
export const optionShape = (name: string): OptionShape | undefined => TABLE.get(name);
