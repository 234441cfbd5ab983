import type { Option, Property } from '../../dialects/qemu/option.ts';
import { parseQemuSize } from '../../values/byteSize.ts';
import { type Conflict, isOff, isOn } from './conflict.ts';

/** What a device tells of itself: it can be asked for, and not set. */
const TOLD: Readonly<Record<string, readonly [key: string, refusal: string]>> = {
  nvdimm: ['size', "Property 'nvdimm.size' is not writable"],
  'pc-dimm': ['size', "Property 'pc-dimm.size' is not writable"],
  'virtio-mem-pci': ['size', "Property 'virtio-mem.size' is not writable"],
};

/** Properties of a device that QEMU does not take together. */
export function conflictInDevice(option: Option): Conflict | undefined {
  const driver = option.makes;
  if (driver === undefined || option.json) return undefined;
  return (
    toldIn(option, driver) ??
    (driver.startsWith('virtio-') ? inVirtio(option, driver) : undefined) ??
    (driver === 'pcie-root-port' ? inPort(option) : undefined) ??
    inBlocks(option)
  );
}

function toldIn(option: Option, driver: string): Conflict | undefined {
  const [key, refusal] = (Object.hasOwn(TOLD, driver) ? TOLD[driver] : undefined) ?? [];
  const at = key === undefined ? undefined : option.find(key);
  return at && refusal !== undefined
    ? { at, fact: `The ${at.key} of a ${driver} follows from its memory and cannot be set`, refusal }
    : undefined;
}

/** hw/virtio/virtio-pci.c: virtio_pci_realize; and what single devices ask for. */
function inVirtio(option: Option, driver: string): Conflict | undefined {
  const legacy = option.find('disable-legacy');
  const thread = option.find('iothread');
  const events = option.find('ioeventfd');
  const hints = option.find('free-page-hint');
  const slots = option.find('dynamic-memslots');
  if (legacy && isOn(option, 'disable-legacy') && isOn(option, 'disable-modern')) {
    return {
      at: legacy,
      fact: 'A device that is neither a legacy nor a modern one is none',
      refusal: 'device cannot work as neither modern nor legacy mode is enabled',
    };
  }
  if (events && thread && isOff(option, 'ioeventfd') && /^virtio-(blk|scsi)-pci$/.test(driver)) {
    return {
      at: events,
      fact: 'An I/O thread is woken up by events, and these are switched off',
      refusal: 'ioeventfd is required for iothread',
    };
  }
  if (
    hints &&
    isOn(option, 'free-page-hint') &&
    !thread &&
    !option.open &&
    driver.startsWith('virtio-balloon')
  ) {
    return {
      at: hints,
      fact: 'free-page-hint is the work of an I/O thread, and none is named',
      refusal: "'free-page-hint' requires 'iothread' to be set",
    };
  }
  return slots && isOn(option, 'dynamic-memslots') && isOff(option, 'unplugged-inaccessible')
    ? {
        at: option.find('unplugged-inaccessible')!,
        fact: 'Memory in slots that come and go cannot be touched while it is not plugged in',
        refusal: "'dynamic-memslots' property set to 'on' requires 'unplugged-inaccessible' to be 'on'",
      }
    : requestedIn(option, driver);
}

/** hw/virtio/virtio-mem.c: what is asked for comes in whole blocks. */
function requestedIn(option: Option, driver: string): Conflict | undefined {
  const at = option.find('requested-size');
  const block = bytesOf(option, 'block-size');
  const wanted = bytesOf(option, 'requested-size');
  if (!at || !driver.startsWith('virtio-mem') || !block || wanted === undefined || wanted % block === 0n) {
    return undefined;
  }
  // A size below the smallest block is told of by its own.
  return wanted % 1_048_576n === 0n
    ? {
        at,
        fact: `${option.says('requested-size')} is no multiple of the block size, ${option.says('block-size')}`,
        refusal: `'requested-size' property has to be multiples of 'block-size' (0x${block.toString(16)})`,
      }
    : undefined;
}

/** hw/pci/pci_bridge.c: pci_bridge_qemu_reserve_cap_init. */
function inPort(option: Option): Conflict | undefined {
  const narrow = option.find('pref32-reserve');
  return narrow && option.find('pref64-reserve')
    ? {
        at: narrow,
        fact: 'A port has one window for memory that can be prefetched, of 32 or of 64 bits',
        refusal: 'PCI resource reserve cap: PREF32 and PREF64 conflict',
      }
    : undefined;
}

/** hw/block/block.c: blkconf_blocksizes. What is not said may follow from the drive. */
function inBlocks(option: Option): Conflict | undefined {
  const logical = option.find('logical_block_size');
  const physical = option.find('physical_block_size');
  const [small, large] = [bytesOf(option, 'logical_block_size'), bytesOf(option, 'physical_block_size')];
  if (!logical || !physical || !small || !large || small <= large) return undefined;
  return {
    at: physical,
    fact: `Sectors of ${small} bytes do not fit in blocks of ${large}`,
    refusal: 'logical_block_size > physical_block_size not supported',
    fixes: [
      {
        title: `Make the blocks as large, ${small} bytes`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: physical.key, text: String(small) }],
      },
    ],
  };
}

const bytesOf = (option: Option, key: string): bigint | undefined => {
  const said: Property | undefined = option.find(key);
  return said && parseQemuSize(option.says(key) ?? '');
};
