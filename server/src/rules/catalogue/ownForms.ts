import { type Reader, within } from './readers.ts';
import type { Misfit } from './values.ts';

/** Of -rtc base=. */
export const misfitOfDate: Reader = (text) =>
  /^(utc|localtime)$|^\s*\d+-\d+-\d+/.test(text)
    ? undefined
    : {
        fact: 'is utc, localtime or a date such as 2006-06-17T16:01:21',
        refusal: 'invalid datetime format',
        whole: true,
        values: ['utc', 'localtime'],
      };

/** hw/smbios/smbios.c: smbios_entry_add knows these, 7 and 9 not in every version. */
const TABLES: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 7, 8, 9, 11, 17, 41]);

/** Of -smbios type=. */
export const misfitOfTable: Reader = (text) => {
  if (!/^\s*\+?(0x[0-9a-f]+|\d+)$/i.test(text))
    return { fact: 'is a whole number', refusal: 'expects a number' };
  const number = Number(text);
  if (TABLES.has(number)) return undefined;
  return {
    fact: `is one of ${[...TABLES].join(', ')}`,
    refusal: number > 255 ? 'out of range!' : `Don't know how to build fields for SMBIOS type ${number}`,
    whole: true,
  };
};

/** Of -icount shift=. */
export const misfitOfShift: Reader = (text) =>
  text === 'auto' ? undefined : within(0, 10, 'icount: Invalid shift value')(text);

/** Of -cpu vendor=. */
export const misfitOfVendor: Reader = (text) =>
  text.length === 12
    ? undefined
    : {
        fact: 'has 12 characters',
        refusal: "value of property 'vendor' must consist of exactly 12 characters",
        whole: true,
      };

/** Of -cpu phys-bits=. */
export const misfitOfPhysBits: Reader = (text) =>
  /^\d+$/.test(text) && Number(text) !== 0 && Number(text) < 32
    ? {
        fact: 'is at least 32',
        refusal: `phys-bits should be between 32 and 52  (but is ${text})`,
        whole: true,
      }
    : undefined;

/** Of -machine max-ram-below-4g=. */
export const misfitOfRamBelow4G: Reader = (text) =>
  /^(4097|[5-9]\d{3})M$|^([5-9]|[1-9]\d+)G$|^\d*[1-9]\d*T$/i.test(text)
    ? {
        fact: 'is at most 4G',
        refusal: `Machine option 'max-ram-below-4g=${text}' expects size less than or equal to 4G`,
        whole: true,
      }
    : undefined;

/** Of -net macaddr= and -nic mac= (net/util.c: net_parse_macaddr); a single number counts from 52:54:00, and has room for three bytes. */
export const misfitOfMac: Reader = (text) =>
  /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text) ||
  (/^(0x[0-9a-f]+|\d+)$/i.test(text) && Number(text) <= 0xff_ffff)
    ? undefined
    : {
        fact: 'is six pairs of digits',
        refusal: 'invalid syntax for ethernet address',
        whole: true,
      };

/** Of -chardev ringbuf,size=. */
export function misfitOfRing(text: string): Misfit | undefined {
  if (/^\d+\.\d+$/.test(text)) {
    return { fact: 'is a whole number', refusal: 'expects a non-negative number below 2^64' };
  }
  const size = /^\d+$/.test(text) ? Number(text) : 1;
  return Number.isInteger(Math.log2(size))
    ? undefined
    : { fact: 'is a power of two', refusal: 'size of ringbuf chardev must be power of two', whole: true };
}
