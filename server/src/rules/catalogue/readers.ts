import type { Misfit } from './values.ts';

/** Reads a text as an option does; undefined where the option takes it. */
export type Reader = (text: string) => Misfit | undefined;

/** A list of words, each with the refusal of the option that reads it, as whole sentence. */
export const listed = (values: string, refusal: (text: string) => string): Reader => {
  const all = values.split(' ');
  return (text) =>
    all.includes(text)
      ? undefined
      : { fact: `is one of ${all.join(', ')}`, refusal: refusal(text), whole: true, values: all };
};

/** The same where QEMU names the parameter itself, as it does for all lists that its schema knows. */
export const enumerated = (values: string): Reader => {
  const all = values.split(' ');
  return (text) =>
    all.includes(text)
      ? undefined
      : {
          fact: `is one of ${all.join(', ')}`,
          refusal: `does not accept value '${text}'`,
          values: all,
        };
};

/** A whole number within limits; what is none is refused in other words where the option has a schema. */
export const within = (low: number, high: number, refusal: string, none?: string): Reader => {
  return (text) => {
    const isNumber = /^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(text);
    const fact = `is a number from ${low} to ${high}`;
    if (!isNumber && none !== undefined) return { fact, refusal: none };
    const number = isNumber ? Number(text) : Number.NaN;
    return number >= low && number <= high ? undefined : { fact, refusal, whole: true };
  };
};
