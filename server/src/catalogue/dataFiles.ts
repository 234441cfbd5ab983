/** Reads a data file of the catalogue by its name; undefined where there is none. */
export type DataReader = (name: string) => string | undefined;

let reader: DataReader = () => undefined;
let texts = new Map<string, string | undefined>();
let generation = 0;

/**
 * Says where the catalogue's data files are read from. Nothing left of the program's edges does any I/O, so these
 * call it once when they start; without it nothing is known about any QEMU, and the rules that ask stay silent.
 */
export function provideDataFiles(read: DataReader): void {
  reader = read;
  texts = new Map();
  generation++;
}

/** The text of a data file, read once. */
export function dataFile(name: string): string | undefined {
  if (!texts.has(name)) texts.set(name, reader(name));
  return texts.get(name);
}

/** Changes when other files are provided: what was made of the old ones is then out of date. */
export const dataGeneration = (): number => generation;
