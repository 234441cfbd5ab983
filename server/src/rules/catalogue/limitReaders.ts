import { parseQemuSize } from '../../values/byteSize.ts';
import type { Misfit } from './values.ts';

/** Why a text that its type takes is too much, too little or another word; undefined where it is none of these. */
export type Limit = (text: string) => Misfit | undefined;
export type Limits = Readonly<Record<string, Limit>>;

/** What a text says, where every QEMU reads the same number from it; octal numbers are left out. */
export function numberIn(text: string): number | undefined {
  return /^-?(0x[0-9a-f]+|0|[1-9]\d*)$/i.test(text)
    ? Number(text.startsWith('-') ? `-${Number(text.slice(1))}` : text)
    : undefined;
}

export const when = (
  isUnfit: (value: number) => boolean,
  fact: string,
  refusal: (text: string) => string,
): Limit => {
  return (text) => {
    const value = numberIn(text);
    return value !== undefined && isUnfit(value) ? { fact, refusal: refusal(text), whole: true } : undefined;
  };
};

export const within = (low: number, high: number, refusal: string): Limit =>
  when(
    (value) => value < low || value > high,
    `is a number from ${low} to ${high}`,
    () => refusal,
  );

export const atLeast = (low: number, refusal: string): Limit =>
  when(
    (value) => value < low,
    `is at least ${low}`,
    () => refusal,
  );

export const atMost = (high: number, refusal: (text: string) => string): Limit =>
  when((value) => value > high, `is at most ${high}`, refusal);

const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));

export const powerOfTwo = (low: number, high: number, refusal: (text: string) => string): Limit =>
  when(
    (value) => !isPowerOfTwo(value) || value < low || value > high,
    `is a power of two from ${low} to ${high}`,
    refusal,
  );

export const size = (
  isUnfit: (bytes: bigint) => boolean,
  fact: string,
  refusal: (bytes: bigint) => string,
): Limit => {
  return (text) => {
    const bytes = parseQemuSize(text);
    return bytes !== undefined && isUnfit(bytes) ? { fact, refusal: refusal(bytes), whole: true } : undefined;
  };
};

export const chars = (low: number, high: number, refusal: (text: string) => string): Limit => {
  return (text) =>
    text.length >= low && text.length <= high
      ? undefined
      : {
          fact: low === 0 ? `has at most ${high} characters` : `has from ${low} to ${high} characters`,
          refusal: refusal(text),
          whole: true,
        };
};

export const word = (values: readonly string[], refusal: (text: string) => string): Limit => {
  return (text) =>
    values.includes(text)
      ? undefined
      : { fact: `is one of ${values.join(', ')}`, refusal: refusal(text), whole: true, values };
};

export const MIB = 1_048_576n;

export const hex = (bytes: bigint): string => `0x${bytes.toString(16)}`;

/** hw/core/qdev-properties-system.c: check_block_size; nothing is set by 0. */
export const BLOCK_SIZE: Limit = size(
  (bytes) => bytes !== 0n && (bytes < 512n || bytes > 2n * MIB || (bytes & (bytes - 1n)) !== 0n),
  'is a power of two from 512 to 2M',
  () => 'must be a power of 2 between 512 and 2097152',
);
