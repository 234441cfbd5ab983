// The options of QEMU, sorted by what a grammar has to know about them. test/unit/grammars.test.ts holds the names against
// the server's own table.

const words = (text) => text.split(/\s+/).filter(Boolean);

/** Options whose argument begins with a driver or a type, and goes on with key=value pairs. */
export const typed = words(`
  accel audio audiodev blockdev chardev cpu device display fsdev global M machine net netdev nic numa object tpmdev virtfs`);

/** Options whose argument is key=value pairs, sometimes behind a bare number or name. */
export const listed = words(`
  acpitable action add-fd boot compat drive fw_cfg icount iscsi m mon msg name overcommit plugin rtc run-with sandbox
  semihosting-config smbios smp spice tdx-guest vnc`);

/** Options without argument, or whose argument is one text: the shell's own colours fit it. */
export const plain = words(`
  alt-grab append audio-help balloon bios bootp bt cdrom chroot clock cpu-list ctrl-grab curses d D daemonize debugcon dfilter drive-opts dtb
  echr enable-fips enable-kvm enable-sync-profile fda fdb full-screen g gdb h hda hdb hdc hdd help incoming initrd k kernel L
  loadvm localtime mem-path mem-prealloc monitor mtdblock no-acpi no-fd-bootchk no-frame no-hpet no-kvm no-kvm-irqchip
  no-kvm-pit no-kvm-pit-reinjection no-quit no-reboot no-shutdown no-tsc no-user-config nodefaults nographic nouserconfig
  old-param one-insn-per-tb only-migratable option-rom parallel pflash pidfile portrait preconfig prom-env qmp qmp-pretty
  readconfig redir rotate rtc-td-hack runas s S savevm sd sdl seed semihosting serial set shim show-cursor singlestep smb
  snapshot soundhw soundhw-help std-vga tb-size tftp trace usb usbdevice usbtablet uuid version vga virtioconsole watchdog
  watchdog-action win2k-hack writeconfig xen-attach xen-domid xen-domid-restrict`);

/** Names that other programs give their options, too: on their own they prove nothing. */
const ambiguous = new Set(
  words(`
  action append audio balloon bootp bt chroot clock compat curses d D daemonize display dtb echr g gdb h help iscsi k L
  localtime m M mon monitor msg name net parallel pidfile plugin portrait redir rotate runas s S sandbox sd sdl seed serial
  set shim show-cursor singlestep smb snapshot tftp trace usb uuid version`),
);

const all = [...typed, ...listed, ...plain];
export const shared = all.filter((name) => ambiguous.has(name));
export const telling = all.filter((name) => !ambiguous.has(name));

/** Keys whose value is the id of another object, or its own. */
export const idKeys = words(`
  audiodev bus chardev drive failover_pair_id fsdev id iothread memdev memory-backend netdev node-name primary-bus secret
  tls-creds tpmdev`);

// Of the rest, the first option that tells comes soon enough: each name costs time at every blank of a script.
const architectures = ['aarch64', 'arm', 'i386', 'loongarch64', 'ppc64', 'riscv64', 's390x', 'x86_64'];

/** How the word ends that starts QEMU: its name, or a variable called after it. */
export const commands = [
  ...architectures.map((name) => `qemu-system-${name}`),
  'qemu-kvm',
  ...[String.raw`\$QEMU`, String.raw`\$\{QEMU\}`].flatMap((name) => [name, `${name}"`]),
];
