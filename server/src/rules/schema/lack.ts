import { reactionTo } from '../../catalogue/schema/strictness.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';

/** With nothing in them, these are as good as not there (src/conf/domain_conf.c: virDomainNetTeamingInfoParseXML, virDomainParseMemory). */
const NOTHING_WHEN_EMPTY: ReadonlySet<string> = new Set(['maxMemory', 'teaming']);

/**
 * The message of libvirt's refusal of an element that lacks a part; undefined where it makes do, and where it says one thing
 * or another: that hangs on more than what is missing, as a drive may be empty and a disk may not.
 * @param suffix `@name` of an attribute, `/name` of an element
 */
export function refusalWithout(element: XmlElement, suffix: string): string | undefined {
  const isEmpty = element.attributes.length === 0 && element.children.length === 0;
  if (isEmpty && NOTHING_WHEN_EMPTY.has(element.name.text)) return undefined;
  const reaction = reactionTo('missing', element, suffix);
  return reaction?.refuses ? reaction.message : undefined;
}
