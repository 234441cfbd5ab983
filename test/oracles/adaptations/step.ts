import { Properties } from './properties.ts';
import type { Scratch } from './scratch.ts';
import type { AdaptationId } from './table.ts';
import type { Option } from './words.ts';

/** What a step may know besides the option in front of it. */
export interface Context {
  readonly scratch: Scratch;
  /** The image format that a -blockdev layer reads from the node of this name. */
  readonly formats: ReadonlyMap<string, string>;
  /** Whether the author's line runs on the processor itself, and so may speak of the host's CPU. */
  readonly onHardware: boolean;
  /** The machine types of the installed QEMU. */
  readonly machines: readonly string[];
}

/** The option as it shall be instead: itself where nothing is to adapt, undefined where it is to be left out. */
export type Adapt = (option: Option, context: Context) => Option | undefined;

/** One way in which an adaptation changes the options of some names. */
export interface Step {
  readonly id: AdaptationId;
  readonly options: readonly string[];
  readonly adapt: Adapt;
}

/** The steps of one adaptation, by the names of the options it looks at (separated by spaces). */
export const step = (id: AdaptationId, options: string, adapt: Adapt): Step => ({
  id,
  options: options.split(' '),
  adapt,
});

export const dropped: Adapt = () => undefined;

/**
 * Adapts an option through its properties; `implied` is the key of a first bare word. `edit` returns false where the
 * whole option is to be left out. An argument that cannot be read is left as it is: QEMU shall refuse it.
 */
export const onProperties =
  (implied: string, edit: (properties: Properties, context: Context) => false | undefined): Adapt =>
  (option, context) => {
    const properties = option.value === undefined ? undefined : Properties.parse(option.value, implied);
    if (properties === undefined) return option;
    const before = properties.toString();
    if (edit(properties, context) === false) return undefined;
    const after = properties.toString();
    return after === before ? option : { ...option, value: after };
  };
