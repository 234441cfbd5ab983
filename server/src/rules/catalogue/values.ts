import type { PropertyFact } from '../../catalogue/qemu.ts';
import { parseQemuSize } from '../../values/byteSize.ts';

/** Why a text is no value of a type. */
export interface Misfit {
  /** `is on or off` */
  readonly fact: string;
  /** QEMU's words behind the name of the parameter. */
  readonly refusal: string;
  /** The refusal does not begin with the parameter's name. */
  readonly whole?: true;
  /** All that is taken, where few are. */
  readonly values?: readonly string[];
  /** The value that was most likely meant. */
  readonly instead?: string;
}

/** Numbers of which not all that their type can hold are taken (hw/pci/pci.c, hw/acpi/pcihp.c). */
const OF_NUMBER: Readonly<Record<string, (number: bigint) => Misfit | undefined>> = {
  'acpi-index': (number) =>
    number <= 16_383n
      ? undefined
      : { fact: 'is at most 16383', refusal: 'acpi-index should be less or equal to 16383', whole: true },
  'num-queues': (number) =>
    number > 0n
      ? undefined
      : { fact: 'is at least 1', refusal: 'num-queues property must be larger than 0', whole: true },
  max_ports: (number) =>
    number <= 511n
      ? undefined
      : { fact: 'is at most 511', refusal: 'maximum ports supported: 511', whole: true },
  max_outputs: (number) =>
    number <= 16n ? undefined : { fact: 'is at most 16', refusal: 'invalid max_outputs > 16', whole: true },
  romsize: (number) =>
    number === 4_294_967_295n || (number & (number - 1n)) === 0n
      ? undefined
      : { fact: 'is a power of two', refusal: `ROM size ${number} is not a power of two`, whole: true },
};

/** hw/core/qdev-properties-system.c: set_mac; the owner that QEMU names first is not always the driver. */
function misfitOfMac(text: string): Misfit | undefined {
  if (/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return undefined;
  return { fact: 'is six pairs of digits', refusal: `doesn't take value '${text}'`, whole: true };
}

const RANGES: Readonly<Record<string, readonly [low: bigint, high: bigint]>> = {
  uint8: [0n, 255n],
  uint16: [0n, 65_535n],
  uint32: [0n, 4_294_967_295n],
  int32: [-2_147_483_648n, 2_147_483_647n],
  // What is below 0 is counted from the top.
  uint64: [-9_223_372_036_854_775_808n, 18_446_744_073_709_551_615n],
};

/** What -blockdev and -audiodev take for a number: no suffix, whatever it counts (qobject_input_type_int64_keyval). */
export function misfitOfPlainInteger(text: string): Misfit | undefined {
  if (/^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  return { fact: 'is a whole number', refusal: 'expects integer' };
}

/** Undefined for a text that fits, and for types of which we do not know what fits. */
export function misfitOf({ name, type, values }: PropertyFact, text: string): Misfit | undefined {
  if (type === 'bool' || type === 'boolean') return misfitOfBool(text);
  if (name === 'mac' && type === 'str') return misfitOfMac(text);
  if (type.startsWith('[')) return undefined;
  if (values) return misfitOfEnum(values, text);
  if (name === 'tb-size') return misfitOfBuffer(text);
  if (type in RANGES) return misfitOfNumber(name, type, text);
  if (type === 'number' && !/^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(text)) {
    return { fact: 'is a whole number', refusal: 'expects a number' };
  }
  // A suffix is taken by some, the number in front of it is asked for by all.
  if (type === 'int' && !/^\s*[+-]?(?!0x(?![0-9a-f]))(0x[0-9a-f]+|\d+(\.\d*)?|\.\d+)([a-z]|$)/i.test(text)) {
    return { fact: 'is a number', refusal: 'expects an int64 value' };
  }
  if (type === 'size' && !/^\s*(0x[0-9a-f]+|\d+(\.\d*)?|\.\d+)[bkmgtpe]?$/i.test(text)) {
    return { fact: 'is a size, a number with at most one letter behind it', refusal: 'expects size' };
  }
  if (name === 'requested-size' && type === 'size' && isBelowBlock(text)) {
    return {
      fact: 'is a multiple of the block size, which is at least 1M',
      refusal: "'requested-size' property has to be multiples of 'block-size'",
      whole: true,
    };
  }
  return undefined;
}

/** hw/virtio/virtio-mem.c: VIRTIO_MEM_MIN_BLOCK_SIZE; the block size itself may depend on the host. */
const isBelowBlock = (text: string): boolean => (parseQemuSize(text) ?? 0n) % 1_048_576n !== 0n;

/** util/cutils.c and qapi-util.c since 6.0; letters as written here only. */
function misfitOfBool(text: string): Misfit | undefined {
  if (/^(on|yes|true|y|off|no|false|n)$/.test(text)) return undefined;
  const lower = text.toLowerCase();
  const instead = /^(1|on|yes|true|enabled?)$/.test(lower)
    ? 'on'
    : /^(0|off|no|false|disabled?|none)$/.test(lower)
      ? 'off'
      : undefined;
  return { fact: 'is on or off', refusal: "expects 'on' or 'off'", ...(instead ? { instead } : {}) };
}

/** accel/tcg/tcg-all.c: tcg_set_tb_size, which reads 64 bits and takes 32, in MiB; QEMU's own list says `int`. */
function misfitOfBuffer(text: string): Misfit | undefined {
  const match = /^\s*([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!match) return { fact: 'is a whole number', refusal: 'expects uint64' };
  return match[1] !== '-' && BigInt(match[2]!) <= 4_294_967_295n
    ? undefined
    : { fact: 'is a number from 0 to 4294967295', refusal: 'expects uint32_t' };
}

function misfitOfEnum(values: readonly string[], text: string): Misfit | undefined {
  if (values.includes(text)) return undefined;
  const lower = text.toLowerCase();
  const meant = /^(1|yes|true|y)$/.test(lower) ? 'on' : /^(0|no|false|n)$/.test(lower) ? 'off' : lower;
  return {
    fact: `is one of ${values.join(', ')}`,
    refusal: `does not accept value '${text}'`,
    ...(values.includes(meant) ? { instead: meant } : {}),
  };
}

function misfitOfNumber(name: string, type: string, text: string): Misfit | undefined {
  const [low, high] = RANGES[type]!;
  const match = /^\s*([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!match) return { fact: 'is a whole number', refusal: 'expects integer' };
  // A leading zero makes it octal, which is never larger than read as decimal.
  const size = BigInt(match[2]!);
  const number = match[1] === '-' ? -size : size;
  if (number >= low && number <= high) {
    return Object.hasOwn(OF_NUMBER, name) ? OF_NUMBER[name]!(number) : undefined;
  }
  return { fact: `is a number from ${low} to ${high}`, refusal: `expects ${type}_t` };
}
