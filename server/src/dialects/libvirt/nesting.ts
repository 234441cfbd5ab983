import type { NeverInside } from '../../syntax/xml/tree.ts';

const DEVICES = `
  audio channel console controller crypto disk emulator filesystem graphics hostdev hub input interface iommu lease
  memballoon memory nvram panic parallel pstore redirdev redirfilter rng serial shmem smartcard sound tpm video vsock
  watchdog`;

/**
 * What stands where in domain XML, as parents and children: a child stands in the parents of the rows that name it
 * and nowhere else. From the schemas of libvirt 9.0 and 12.8 (src/conf/schemas/domaincommon.rng); elements that
 * they know in many unlike places are left out.
 */
const ROWS: readonly (readonly [parents: string, children: string])[] = [
  [
    'domain',
    `blkiotune bootloader bootloader_args capabilities clock commandline cpu cputune currentMemory defaultiothread
    deprecation description devices features genid hwuuid idmap iommufd iothreadids iothreads keywrap launchSecurity
    maxMemory memory memoryBacking memtune metadata name namespace numatune on_crash on_lockfailure on_poweroff
    on_reboot os override perf pm resource seclabel sysinfo throttlegroups title uuid vcpu vcpus`,
  ],
  ['', 'domain'],
  ['devices', DEVICES],
  [DEVICES, 'acpi address alias boot driver source target'],
  [
    'os',
    `acpi bios boot bootmenu cmdline dtb firmware init initarg initdir initenv initgroup initrd inituser kernel loader
    nvram root shim smbios type varstore`,
  ],
  ['sysinfo', 'baseBoard bios chassis oemStrings system'],
  [
    'features',
    `acpi aia apic async-teardown capabilities ccf-assist cfpc gic hap hpt htm hyperv ibs ioapic kvm msrs nested-hv pae
    pmu privnet ps2 pvspinlock ras sbbc smm tcg viridian virtualization vmcoreinfo vmport xen`,
  ],
  [
    'hyperv',
    `avic emsr_bitmap evmcs frequencies ipi reenlightenment relaxed reset runtime spinlocks stimer synic tlbflush vapic
    vendor_id vpindex xmm_input`,
  ],
  ['kvm', 'dirty-ring hidden hint-dedicated poll-control pv-ipi'],
  ['clock', 'timer'],
  ['cpu', 'maxphysaddr model numa topology'],
  ['numa', 'cell interconnects'],
  ['cell', 'distances'],
  ['distances', 'sibling'],
  [
    'cputune',
    `cachetune emulator_period emulator_quota emulatorpin emulatorsched energytune global_period global_quota
    iothread_period iothread_quota iothreadpin iothreadsched memorytune period quota shares vcpupin vcpusched`,
  ],
  ['iothreadids driver iothreads', 'iothread'],
  ['memoryBacking', 'access allocation discard hugepages locked nosharepages source'],
  ['memtune', 'hard_limit min_guarantee soft_limit swap_hard_limit'],
  ['numatune', 'memnode memory'],
  ['pm', 'suspend-to-disk suspend-to-mem'],
  ['vcpus', 'vcpu'],
  ['disk', 'backingStore blockio geometry iotune mirror throttlefilters transient wwn'],
  [
    'interface',
    'bandwidth coalesce downscript filterref link mac mtu port portForward script tune virtualport vlan',
  ],
  ['controller', 'master pcihole64'],
  ['graphics', 'filetransfer gl image jpeg listen playback streaming zlib'],
  // Second places of what is named above.
  ['interconnects', 'bandwidth'],
  ['backend backingStore dataStore mirror reservations', 'source'],
  ['backingStore', 'backingStore'],
  ['mirror', 'backingStore'],
  ['controller interface shmem target video', 'model'],
  ['controller disk', 'serial'],
  ['driver', 'iothreads'],
  ['filesystem', 'idmap'],
  ['graphics', 'audio channel'],
  ['capabilities', 'lease'],
  ['lease', 'target'],
  ['memory', 'uuid'],
  ['parentaddr source target', 'address'],
  ['sound', 'audio'],
  ['audio', 'input'],
  ['source', 'interface seclabel'],
];

const words = (text: string): string[] => text.trim().split(/\s+/);

/** The parents of each child. */
const PARENTS = new Map<string, Set<string>>();
/** Every element of the table: of others, such as those in `<metadata>`, nothing is known. */
const KNOWN = new Set<string>();

for (const [parents, children] of ROWS) {
  for (const child of words(children)) {
    const known = PARENTS.get(child) ?? new Set();
    PARENTS.set(child, known);
    KNOWN.add(child);
    for (const parent of words(parents)) {
      known.add(parent);
      KNOWN.add(parent);
    }
  }
}

/** Tells which elements can never be inside which others in domain XML; silent where it does not know both. */
export const neverInside: NeverInside = (child, parent) =>
  KNOWN.has(parent) && PARENTS.get(child)?.has(parent) === false;
