import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { child, childElements, walk } from '../../server/src/syntax/xml/query.ts';
import type { XmlAttribute, XmlElement } from '../../server/src/syntax/xml/tree.ts';
import { DOMAINS } from './domains.ts';
import { pick, type Random } from './lineMutations.ts';

type Mutation = (text: string, elements: readonly XmlElement[], random: Random) => string | undefined;

const attributesOf = (elements: readonly XmlElement[]): XmlAttribute[] =>
  elements.flatMap((element) => element.attributes).filter(({ value }) => value !== undefined);

const withValue = (text: string, { value }: XmlAttribute, by: string): string =>
  text.slice(0, value!.start) + by + text.slice(value!.end);

/** What goes wrong where parts of one domain, or of several, are taken for another. */
export const TREE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'swapped values': (text, elements, random) => {
    const attributes = attributesOf(elements);
    const one = pick(attributes, random);
    const other = one && pick(twinsOf(one, attributes), random);
    if (!one || !other) return undefined;
    const [first, second] = one.start < other.start ? [one, other] : [other, one];
    return withValue(withValue(text, second, first.value!.raw), first, second.value!.raw);
  },
  'value of another': (text, elements, random) => {
    const attributes = attributesOf(elements);
    const one = pick(attributes, random);
    const other = one && pick(twinsOf(one, attributes), random);
    return one && other && withValue(text, one, other.value!.raw);
  },
  'number off by one': (text, elements, random) => {
    const one = pick(
      attributesOf(elements).filter(({ value }) => /^\d+$/.test(value!.raw)),
      random,
    );
    return one && withValue(text, one, String(Number(one.value!.raw) + pick([1, -1, 2, 10], random)!));
  },
  'emptied element': (text, elements, random) => {
    const element = pick(
      elements.slice(1).filter(({ endTagStart, startTagEnd }) => (endTagStart ?? 0) > startTagEnd),
      random,
    );
    return element && text.slice(0, element.startTagEnd) + text.slice(element.endTagStart);
  },
  'without attributes': (text, elements, random) => {
    const element = pick(
      elements.slice(1).filter(({ attributes }) => attributes.length > 1),
      random,
    );
    const last = element?.attributes.at(-1);
    return element && last && text.slice(0, element.name.end) + text.slice(last.end);
  },
  'device of another domain': (text, elements, random) => {
    const devices = elements.find(({ name }) => name.text === 'devices');
    const other = pick(Object.values(DOMAINS), random)!;
    const root = childElements(parseXml(other).root)[0]!;
    const foreign = child(root, 'devices');
    const device = foreign && pick(childElements(foreign), random);
    if (!devices?.endTagStart || !device) return undefined;
    const body = other.slice(device.start, device.end);
    return `${text.slice(0, devices.endTagStart)}${body}\n  ${text.slice(devices.endTagStart)}`;
  },
  'section of another domain': (text, elements, random) => {
    const other = pick(Object.values(DOMAINS), random)!;
    const theirs = childElements(childElements(parseXml(other).root)[0]!);
    const ours = childElements(elements[0]!);
    const section = pick(
      ours.filter(({ name }) => !/^(?:name|devices)$/.test(name.text)),
      random,
    );
    const same = theirs.find(({ name }) => name.text === section?.name.text);
    if (!section || !same) return undefined;
    return text.slice(0, section.start) + other.slice(same.start, same.end) + text.slice(section.end);
  },
};

/** Attributes of the same name with another value. */
const twinsOf = (one: XmlAttribute, attributes: readonly XmlAttribute[]): XmlAttribute[] =>
  attributes.filter(({ name, value }) => name.text === one.name.text && value!.raw !== one.value!.raw);

/** One mutation of a document; undefined where it offers no place, or where it would stay the same. */
export function mutateTree(text: string, kind: string, random: Random): string | undefined {
  const mutant = TREE_MUTATIONS[kind]!(text, [...walk(parseXml(text))], random);
  return mutant === text ? undefined : mutant;
}
