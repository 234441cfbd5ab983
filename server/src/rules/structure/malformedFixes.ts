import { descendants, elementAt, isClosed, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlProblem } from '../../syntax/xml/tree.ts';
import { type Range, spanOf, type Uri } from '../../text/span.ts';
import type { Fix } from '../define.ts';

/** Where a problem of a document stands in its tree. */
export interface Place {
  readonly problem: XmlProblem;
  /** The element whose tag holds it, or that it stands in. */
  readonly element: XmlElement;
}

export const placeIn = (root: XmlElement, problem: XmlProblem): Place => ({
  problem,
  element: elementAt({ root, problems: [] }, problem.start),
});

/** What would make XML of it, where the damage tells. */
export function fixesFor(uri: Uri, place: Place): Fix[] {
  const edit = editFor(place);
  if (!edit) return [];
  const { title, range, newText } = edit;
  return [
    { title, applicability: 'suggestion', changes: [{ op: 'text', span: spanOf(uri, range), newText }] },
  ];
}

interface Edit {
  readonly title: string;
  readonly range: Range;
  readonly newText: string;
}

function editFor({ problem, element }: Place): Edit | undefined {
  const name = element.name.text;
  const attribute = element.attributes.find(({ start, end }) => start <= problem.start && problem.end <= end);
  switch (problem.code) {
    case 'close-mismatch':
      return problem.end > problem.start && element.endTagStart === problem.start - 2
        ? { title: `Close it with </${name}>`, range: problem, newText: name }
        : undefined;
    case 'close-without-open':
      return { title: 'Remove the closing tag', range: problem, newText: '' };
    case 'element-not-closed':
      return closing(element);
    case 'attribute-value-not-quoted': {
      const quote = attribute?.value?.raw.includes("'") ? '"' : "'";
      const raw = attribute?.value?.raw ?? '';
      return attribute?.value?.end === problem.end && attribute.end === problem.end
        ? { title: `Quote it: ${quote}${raw}${quote}`, range: problem, newText: `${quote}${raw}${quote}` }
        : undefined;
    }
    case 'quote-not-closed': {
      const value = attribute?.value;
      if (!value || value.start !== problem.end) return undefined;
      const end = value.start + value.raw.trimEnd().length;
      return { title: 'Close the quote', range: emptyAt(end), newText: value.quote };
    }
    case 'blank-expected':
      return { title: 'Put a blank between', range: emptyAt(problem.start), newText: ' ' };
    case 'comment-double-hyphen':
      return { title: 'Leave one of the hyphens', range: problem, newText: '-' };
    case 'entity-unknown':
      return { title: 'Write &amp;', range: emptyAt(problem.start + 1), newText: 'amp;' };
    case 'tag-not-closed':
      // Where a start tag was to end, nobody knows.
      return problem.start === element.endTagStart
        ? { title: 'End the tag', range: emptyAt(problem.end), newText: '>' }
        : undefined;
    default:
      return undefined;
  }
}

const emptyAt = (offset: number): Range => ({ start: offset, end: offset });

/** Closes an outermost element behind all that there is, where it is all that is missing. */
export function closeAtEnd(uri: Uri, element: XmlElement): Fix[] {
  if ([...descendants(element)].some((inner) => !isClosed(inner))) return [];
  const newText = `</${element.name.text}>\n`;
  return [
    {
      title: `Close it at the end: </${element.name.text}>`,
      applicability: 'suggestion',
      changes: [{ op: 'text', span: spanOf(uri, emptyAt(element.end)), newText }],
    },
  ];
}

/** One without content closes itself; behind one with text only the tag goes. */
function closing(element: XmlElement): Edit | undefined {
  const { name, startTagEnd, children } = element;
  if (isClosed(element) || children.some(({ kind }) => kind === 'element')) return undefined;
  const { text, range } = textOf(element);
  if (text === '' || !range) {
    return { title: `Close it: <${name.text}/>`, range: emptyAt(startTagEnd - 1), newText: '/' };
  }
  return {
    title: `Close it: </${name.text}>`,
    range: emptyAt(range.end),
    newText: `</${name.text}>`,
  };
}
