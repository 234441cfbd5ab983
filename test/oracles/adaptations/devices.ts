import type { Properties } from './properties.ts';
import { onProperties, type Step, step } from './step.ts';

interface StandIn {
  readonly drivers: RegExp;
  /** The driver that takes the place, given the one it replaces. */
  readonly by: (driver: string) => string;
  /** The properties that only the replaced driver has. All others stay, so that an unknown one is still refused. */
  readonly own: RegExp;
}

/**
 * The stand-ins. e1000e for VFIO: it fits PCI and PCI Express buses as vfio-pci does and takes bootindex=, rombar= and
 * the rest of what every PCI device has, but nothing of a GPU.
 */
const STAND_INS: readonly StandIn[] = [
  {
    drivers: /^vfio-pci(-nohotplug)?$/,
    by: () => 'e1000e',
    own: /^(host|sysfsdev|fd|iommufd|vf-token|display|ramfb|xres|yres|romfile|romsize|enable-migration|migration-.*|x-(?!pcie-).*)$/,
  },
  {
    drivers: /^vhost-user-vga$/,
    by: () => 'virtio-vga',
    own: /^chardev$/,
  },
  {
    drivers: /^vhost-user-gpu-pci$/,
    by: () => 'virtio-gpu-pci',
    own: /^chardev$/,
  },
  {
    drivers: /^(vhost-(user-\w+|vsock|scsi|vdpa-device)-pci|vhost-user-fs-pci)(-(non-)?transitional)?$/,
    by: (driver) => 'virtio-rng-pci' + (/-(non-)?transitional$/.exec(driver)?.[0] ?? ''),
    own: /^(chardev|tag|bootindex|queue-size|num-queues|num-request-queues|cache-size|class|config-wce|discard|write-zeroes|guest-cid|vhostfd|vhostdev|wwpn|boot_tpgt|virtqueue_size|max_sectors|cmd_per_lun|seqpacket|ioeventfd|device_id)$/,
  },
  {
    drivers: /^ivshmem-doorbell$/,
    by: () => 'virtio-rng-pci',
    own: /^(chardev|ioeventfd|master)$/,
  },
  {
    drivers: /^virtio-(gpu|vga)(-gl|-rutabaga)(-pci)?$/,
    by: (driver) => driver.replace(/-gl|-rutabaga/, ''),
    own: /^(venus|hostmem|gfxstream-vulkan|cross-domain|wayland-socket-path)$/,
  },
  {
    drivers: /^virtio-input-host-pci$/,
    by: () => 'virtio-tablet-pci',
    own: /^evdev$/,
  },
  {
    drivers: /^(scsi-block|scsi-generic)$/,
    by: () => 'scsi-hd',
    own: /^io_timeout$/,
  },
  {
    drivers: /^(usb-host|u2f-passthru)$/,
    by: () => 'usb-tablet',
    own: /^(hostbus|hostaddr|hostport|hostdevice|vendorid|productid|isobufs|isobsize|guest-reset|guest-resets-all|loglevel|pipeline|suppress-remote-wake|bootindex|hidraw)$/,
  },
];

const HOST_ADDRESS = /^([0-9a-f]{1,4}:)?[0-9a-f]{1,2}:[01]?[0-9a-f]\.[0-7]$/i;

/** A vfio-pci that names no host device, or none that can be read, is refused before anything is opened: let it be. */
function lacksHostDevice(device: Properties): boolean {
  if (!device.get('driver')!.startsWith('vfio-')) return false;
  const host = device.get('host');
  return host === undefined ? !device.has('sysfsdev') && !device.has('fd') : !HOST_ADDRESS.test(host);
}

/** Devices whose host side is missing here. */
export const deviceSteps: readonly Step[] = [
  step(
    'stand-in-device',
    'device',
    onProperties('driver', (device) => {
      const driver = device.get('driver') ?? '';
      const standIn = STAND_INS.find(({ drivers }) => drivers.test(driver));
      if (standIn === undefined || lacksHostDevice(device)) return;
      device.removeWhere((key) => standIn.own.test(key));
      device.set('driver', standIn.by(driver));
      // The network card would look for the boot ROM of its own, which need not be installed.
      if (standIn.by(driver) === 'e1000e') device.set('romfile', '');
    }),
  ),
  step(
    'host-device-object',
    'device',
    onProperties('driver', (device) =>
      /^(tpm-|ccid-card-)/.test(device.get('driver') ?? '') ? false : undefined,
    ),
  ),
  step('host-device-object', 'tpmdev', () => undefined),
  step(
    'host-device-object',
    'object',
    onProperties('qom-type', (object) => {
      const type = object.get('qom-type') ?? '';
      if (/^(input-linux|sev-.*|tdx-guest|iommufd|pr-manager-helper)$/.test(type)) return false;
      if (type === 'rng-random') object.set('filename', '/dev/urandom');
      if (type === 'rng-egd') {
        object.set('qom-type', 'rng-builtin');
        object.remove('chardev');
      }
      if (type === 'tls-creds-x509') {
        object.set('qom-type', 'tls-creds-anon');
        object.remove('dir', 'verify-peer', 'passwordid', 'sanity-check');
      }
      if (type === 'secret') {
        object.remove('file', 'keyid', 'iv', 'format');
        object.set('data', 'virtlens');
      }
      return;
    }),
  ),
];
