import type { Range } from '../../text/span.ts';
import type { Option, Property } from './option.ts';

/** A change of a QEMU command line, for what the guest model has no words for. */
export type QemuChange =
  /** Changes the last property of that key, or adds one. */
  | { readonly op: 'set-property'; readonly option: Option; readonly key: string; readonly text: string }
  | { readonly op: 'remove-property'; readonly option: Option; readonly property: Property }
  | {
      readonly op: 'rename-property';
      readonly property: Property;
      readonly option: Option;
      readonly key: string;
    }
  /**
   * `words` are the option, with its dash, and its argument, unquoted. `after` may be removed by the same fix, and is then
   * replaced.
   */
  | { readonly op: 'add-option'; readonly words: readonly string[]; readonly after: Option }
  /** Puts the option right behind another one. */
  | { readonly op: 'move-option'; readonly option: Option; readonly after: Option }
  /** Makes one continued line end of all that stands between a backslash and the line of `next`. */
  | { readonly op: 'join-lines'; readonly backslash: number; readonly next: number }
  /** Moves the comment lines from `comment` up to the line of `next` above the command that they stand in. */
  | { readonly op: 'hoist-comment'; readonly comment: Range; readonly next: number }
  | { readonly op: 'remove-option'; readonly option: Option };
