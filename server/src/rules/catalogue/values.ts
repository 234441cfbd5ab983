import type { PropertyFact } from '../../catalogue/qemu.ts';

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
};

/** Undefined for a text that fits, and for types of which we do not know what fits. */
export function misfitOf({ name, type, values }: PropertyFact, text: string): Misfit | undefined {
  if (type === 'bool' || type === 'boolean') return misfitOfBool(text);
  if (name === 'mac' && type === 'str') return misfitOfMac(text);
  if (type.startsWith('[')) return undefined;
  if (values) return misfitOfEnum(values, text);
  if (type in RANGES) return misfitOfNumber(name, type, text);
  // A suffix is taken by some, the number in front of it is asked for by all.
  if (type === 'int' && !/^\s*[+-]?(0x[0-9a-f]+|\d+(\.\d*)?|\.\d+)([a-z]|$)/i.test(text)) {
    return { fact: 'is a number', refusal: 'expects an int64 value' };
  }
  if (type === 'size' && !/^\s*(0x[0-9a-f]+|\d+(\.\d*)?|\.\d+)[bkmgtpe]?$/i.test(text)) {
    return { fact: 'is a size, a number with at most one letter behind it', refusal: 'expects size' };
  }
  return undefined;
}

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

const listed = (
  values: string,
  refusal: (text: string) => string,
): ((text: string) => Misfit | undefined) => {
  const all = values.split(' ');
  return (text) =>
    all.includes(text)
      ? undefined
      : { fact: `is one of ${all.join(', ')}`, refusal: refusal(text), whole: true, values: all };
};

/** What -drive takes for some of its parameters, of which QEMU says nothing but that they are texts (blockdev.c). */
const OF_DRIVE: Readonly<Record<string, (text: string) => Misfit | undefined>> = {
  aio: listed('threads native io_uring', () => 'invalid aio option'),
  cache: listed('none off writeback writethrough directsync unsafe', () => 'invalid cache option'),
  discard: listed('ignore off unmap on', () => 'Invalid discard option'),
  if: listed('none ide scsi floppy pflash mtd sd virtio xen', (text) => `unsupported bus type '${text}'`),
  media: listed('disk cdrom', (text) => `'${text}' invalid media`),
  rerror: listed('ignore stop report', (text) => `'${text}' invalid read error action`),
  werror: listed('ignore stop report enospc', (text) => `'${text}' invalid write error action`),
};

/** Why a text is no value of a parameter of -drive; undefined where it is, and for parameters that are not known. */
export const misfitOfDrive = (key: string, text: string): Misfit | undefined =>
  Object.hasOwn(OF_DRIVE, key) ? OF_DRIVE[key]!(text) : undefined;
