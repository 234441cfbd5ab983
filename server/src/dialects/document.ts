import type { Guest } from '../guest/guest.ts';
import type { XmlElement, XmlProblem, XmlTree } from '../syntax/xml/tree.ts';
import type { Wording } from '../syntax/xml/wording.ts';
import type { Range, Uri } from '../text/span.ts';
import type { CommandLine } from './qemu/commandLine.ts';
import type { Option } from './qemu/option.ts';

/** One reading of a QEMU command: on one path through the script. */
export interface QemuVariant {
  readonly dialect: 'qemu';
  readonly guest: Guest;
  readonly line: CommandLine;
  /** Where the guest's entities were found. */
  readonly sources: ReadonlyMap<object, Option>;
}

/** One domain of an XML document. */
export interface LibvirtVariant {
  readonly dialect: 'libvirt';
  readonly guest: Guest;
  readonly domain: XmlElement;
  readonly sources: ReadonlyMap<object, XmlElement>;
  /** What keeps the document from being XML, in the order of the text. */
  readonly problems: readonly XmlProblem[];
  /** What the elements say as texts. */
  readonly wording: Wording;
  /** What <qemu:commandline> hands to QEMU behind libvirt's own arguments. */
  readonly passed?: QemuVariant;
}

export type Variant = QemuVariant | LibvirtVariant;

/**
 * One guest of a document with the ways in which it can come to be: an `if` before a command makes two. A finding
 * counts only where it holds in every variant that contains what it speaks of.
 */
export interface Subject<V extends Variant = Variant> {
  readonly variants: readonly V[];
}

/** A comment of the document, as a range and its text without the comment's marks. */
export interface Comment extends Range {
  readonly text: string;
}

/** A text that was read. Reading never fails: what could not be understood is missing or unknown. */
export interface Document {
  readonly dialect: 'qemu' | 'libvirt';
  readonly uri: Uri;
  readonly text: string;
  readonly subjects: readonly Subject[];
  readonly comments: readonly Comment[];
  /** Regions that were guessed because the text is half typed: no error is reported in them. */
  readonly untrusted: readonly Range[];
  /** The XML tree, for hovers on what the guest does not hold. */
  readonly tree?: XmlTree;
}
