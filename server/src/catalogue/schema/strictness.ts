import type { XmlElement } from '../../syntax/xml/tree.ts';
import { libvirtStrictness } from '../data/libvirtStrictness.ts';
import { contextOf } from './context.ts';

/** A single mistake: a wrong word, a wrong number, a part that is missing, an unknown part, or one that stands twice. */
export type Mistake = 'value' | WrongNumber | 'missing' | 'unknown' | 'repeated';

/**
 * What is no number where one is wanted, or not one that is taken: nothing at all, a number with something behind it (1.5),
 * one below zero, one that is not decimal, one of more than 32 bits, one of more than 64.
 */
export type WrongNumber = 'empty' | 'tail' | 'negative' | 'hex' | 'large' | 'huge';

/**
 * What libvirt's parser does about a mistake, without `--validate`. A refusal comes with the message, where that is always
 * the same.
 */
export type Reaction =
  | { readonly refuses: true; readonly message: string | undefined }
  | { readonly refuses: false };

interface Stored {
  readonly refuses: Readonly<Record<string, number>>;
  readonly accepts: readonly string[];
  /** Words of other lists that the parser knows there, although the schema does not: what it does about these is open. */
  readonly knows?: Readonly<Record<string, string>>;
}

interface Table {
  readonly refuses: ReadonlyMap<string, number>;
  readonly accepts: ReadonlySet<string>;
  readonly knows: ReadonlyMap<string, string>;
}

interface Tables {
  readonly messages: readonly string[];
  readonly of: ReadonlyMap<string, Table>;
}

/**
 * Of a PCI address every part that is left out is 0, whatever the other kinds of addresses in that place need
 * (src/conf/device_conf.c: virPCIDeviceAddressParseXML).
 */
const ANY_PART_MAY_BE_LEFT_OUT = /(?:hostdev\[pci\]\/source\/address|address\[pci\])@/;

/** Of all kinds of character devices only a connection over TCP has a protocol (virDomainChrSourceDefParseProtocol). */
const READ_FOR_TCP_ONLY = /\[(?!tcp\])[^\]]*\]\/protocol(?:\[[^\]]*\])?@type$/;

/** What is taken there depends on offset=, which clock-setting-unfit looks at (src/conf/domain_conf.c: virDomainClockDefParse). */
const DEPENDS_ON_MORE: ReadonlySet<string> = new Set(['clock@adjustment']);

let tables: Tables | undefined;

function read(): Tables {
  if (!tables) {
    const {
      messages,
      version: _,
      ...stored
    } = JSON.parse(libvirtStrictness) as Readonly<Record<Mistake, Stored>> & {
      messages: string[];
      version: string;
    };
    const table = ({ refuses, accepts, knows = {} }: Stored): Table => ({
      refuses: new Map(Object.entries(refuses)),
      accepts: new Set(accepts),
      knows: new Map(Object.entries(knows)),
    });
    tables = {
      messages,
      of: new Map(Object.entries(stored).map(([mistake, each]) => [mistake, table(each)])),
    };
  }
  return tables;
}

/**
 * What the real libvirt did about a mistake at a place; undefined where nobody asked it, or where it depends on more
 * than the place.
 * @param suffix `@name` of an attribute, `/name` of a child; '' for the element itself or its text
 * @param value what stands there, for the message
 */
export function reactionTo(
  mistake: Mistake,
  element: XmlElement,
  suffix = '',
  value = '',
): Reaction | undefined {
  const { of, messages } = read();
  const table = of.get(mistake);
  if (!table) return undefined;
  const typed = contextOf(element, true) + suffix;
  if (mistake === 'missing' && ANY_PART_MAY_BE_LEFT_OUT.test(typed)) return { refuses: false };
  if (READ_FOR_TCP_ONLY.test(typed)) return { refuses: false };
  const plain = contextOf(element, false) + suffix;
  if (DEPENDS_ON_MORE.has(plain)) return undefined;
  if (table.knows.get(plain)?.split(' ').includes(value)) return undefined;
  const places = [typed, plain, `*/${plain.slice(plain.lastIndexOf('/') + 1)}`];
  for (const place of places) {
    const number = table.refuses.get(place);
    if (number !== undefined) {
      const [, name = element.name.text] = /^\/(.*)$/.exec(suffix) ?? [];
      const message = messages[number]!.replaceAll('$value', () => value)
        .replaceAll('$attribute', suffix.slice(1))
        .replaceAll('$element', name);
      return { refuses: true, message: message === '' ? undefined : message };
    }
    if (table.accepts.has(place)) return { refuses: false };
  }
  return undefined;
}

const MOST = { large: 0xffff_ffffn, huge: 0xffff_ffff_ffff_ffffn };

/** Which mistake a text is where a number is wanted; undefined for a number of 32 bits, which may be one for other reasons. */
export function mistakeIn(text: string): Mistake | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 'empty';
  if (/^-\d*[1-9]\d*$/.test(trimmed)) return 'negative';
  if (/^0x[\da-f]+$/i.test(trimmed)) return 'hex';
  // A list of numbers is something else, and may hold blanks.
  if (/^[+-]?\d+[.a-z]/i.test(trimmed)) return 'tail';
  if (!/^\+?\d+$/.test(trimmed)) return /^[+-]?\d/.test(trimmed) ? undefined : 'value';
  const number = BigInt(trimmed.replace('+', ''));
  return number > MOST.huge ? 'huge' : number > MOST.large ? 'large' : undefined;
}
