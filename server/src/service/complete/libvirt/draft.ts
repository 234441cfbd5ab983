import { explainLibvirt } from '../../../catalogue/explanations.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { code, renderHover, strong } from '../../hoverText.ts';

/** What we have to say about an element, or an attribute of it. */
export function documentation(path: readonly string[], attribute: string | undefined): string | undefined {
  const explanation = explainLibvirt(path, attribute);
  if (!explanation) return undefined;
  const element = `<${path.at(-1)}>`;
  const title = attribute === undefined ? strong(element) : `${strong(attribute)} of ${code(element)}`;
  return renderHover({ title, explanation, facts: [] });
}

export const namesOf = (path: readonly XmlElement[]): string[] => path.map(({ name }) => name.text);
