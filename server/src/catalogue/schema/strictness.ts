import type { XmlElement } from '../../syntax/xml/tree.ts';
import { libvirtStrictness } from '../data/libvirtStrictness.ts';
import { contextOf } from './context.ts';

/** A single mistake: a wrong word, a part that is missing, an unknown part, or one that stands twice. */
export type Mistake = 'value' | 'missing' | 'unknown' | 'repeated';

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

interface Tables extends Readonly<Record<Mistake, Table>> {
  readonly messages: readonly string[];
}

/**
 * Of a PCI address every part that is left out is 0, whatever the other kinds of addresses in that place need
 * (src/conf/device_conf.c: virPCIDeviceAddressParseXML).
 */
const ANY_PART_MAY_BE_LEFT_OUT = /(?:hostdev\[pci\]\/source\/address|address\[pci\])@/;

let tables: Tables | undefined;

function read(): Tables {
  if (!tables) {
    const stored = JSON.parse(libvirtStrictness) as Record<Mistake, Stored> & { messages: string[] };
    const table = ({ refuses, accepts, knows = {} }: Stored): Table => ({
      refuses: new Map(Object.entries(refuses)),
      accepts: new Set(accepts),
      knows: new Map(Object.entries(knows)),
    });
    tables = {
      messages: stored.messages,
      value: table(stored.value),
      missing: table(stored.missing),
      unknown: table(stored.unknown),
      repeated: table(stored.repeated),
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
  const { [mistake]: table, messages } = read();
  const typed = contextOf(element, true) + suffix;
  if (mistake === 'missing' && ANY_PART_MAY_BE_LEFT_OUT.test(typed)) return { refuses: false };
  const plain = contextOf(element, false) + suffix;
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
