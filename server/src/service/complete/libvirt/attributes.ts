import type { Grammar } from '../../../catalogue/schema/grammar.ts';
import { type Expected, expectedOf } from '../../../catalogue/schema/leaves.ts';
import { requiredAttributes } from '../../../catalogue/schema/required.ts';
import type { XmlAttribute, XmlElement } from '../../../syntax/xml/tree.ts';
import { type Completion, completion } from '../completion.ts';
import { documentation, namesOf } from './draft.ts';
import { afterAttributes, patternsFor, scopeAlong } from './schema.ts';
import type { XmlSite } from './site.ts';

/**
 * The attributes that the last element of a path can still have, with those that it has.
 * @param here the attribute that is being written, if any
 * @param joined its `=` is there
 */
export function completeAttributes(
  grammar: Grammar,
  path: readonly XmlElement[],
  here: XmlAttribute | undefined,
  joined: boolean,
  site: XmlSite,
): Completion[] {
  const element = path.at(-1)!;
  const names = namesOf(path);
  const given = new Set(element.attributes.filter((each) => each !== here).map(({ name }) => name.text));
  const scope = scopeAlong(path);
  const items = new Map<string, Completion>();
  for (const pattern of patternsFor(grammar, path)) {
    const rest = afterAttributes(grammar, pattern, element, scope, here);
    const required = new Set(requiredAttributes(rest));
    const leaves = grammar.deriver.leavesOf(rest);
    for (const name of leaves.attributeNames) {
      if (given.has(name) || items.has(name) || name.startsWith('{')) continue;
      const { values, words } = expectedOf(leaves.attributes(name));
      const about = documentation(names, name);
      items.set(
        name,
        completion({
          label: name,
          kind: 'attribute',
          range: site.range,
          insertion: joined ? [name] : [`${name}=${site.quote}`, { stop: 1, text: '' }, site.quote],
          detail: values.length > 0 && values.length < 7 ? values.join(', ') : words[0],
          documentation: about,
          rank: required.has(name) ? 0 : about ? 1 : 2,
          continues: !joined,
        }),
      );
    }
  }
  return [...items.values()];
}

/** What the value of an attribute may be, by the schema and by the other attributes. */
export function expectedValues(
  grammar: Grammar,
  path: readonly XmlElement[],
  here: XmlAttribute | undefined,
  name: string,
): Expected {
  const element = path.at(-1)!;
  const scope = scopeAlong(path);
  return expectedOf(
    patternsFor(grammar, path).flatMap((pattern) => {
      const rest = afterAttributes(grammar, pattern, element, scope, here);
      return grammar.deriver.leavesOf(rest).attributes(name);
    }),
  );
}

/** What the text of an element may be, by the schema. */
export const expectedTexts = (grammar: Grammar, path: readonly XmlElement[]): Expected =>
  expectedOf(
    patternsFor(grammar, path).flatMap((pattern) =>
      grammar.deriver.leavesOf(pattern.content).texts.filter(({ type }) => type !== undefined),
    ),
  );
