import type { Change } from '../../../dialects/change.ts';
import { child, childElements, children } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import { touches } from '../../../text/span.ts';
import { type LibvirtPlace, type Proposal, proposeChanges } from '../refactoring.ts';

/**
 * Makes one `<cpu>` of several. libvirt reads the first, and of every other one only its `<numa>`, as it looks for
 * `./cpu/numa[1]` (src/conf/numa_conf.c: virDomainNumaDefParseXML): that is kept, and the rest goes.
 */
export function mergeCpus(place: LibvirtPlace): Proposal[] {
  const { domain } = place.variant;
  const [first, ...others] = children(domain, 'cpu');
  if (!first || others.length === 0) return [];
  if (![first, ...others].some((cpu) => touches(cpu, place.range))) return [];
  const numas = others.flatMap((cpu) => child(cpu, 'numa') ?? []);
  const moves = moved(first, numas);
  // What was said for readers should not go with what libvirt does not read.
  if (!moves || others.some(holdsComment)) return [];
  const removals = others.map((element): Change => ({ op: 'remove-element', element }));
  const kept =
    numas.length > 0 ? 'its <numa>, which is all that libvirt reads of it' : 'nothing, as libvirt does';
  const title = `Merge into the first <cpu>: of the ${others.length > 1 ? 'others' : 'second'} keep ${kept}`;
  return proposeChanges(place, title, 'guest', [...moves, ...removals]);
}

/** What brings the cells into the first `<cpu>`, in their order; undefined where that takes more than one edit. */
function moved(first: XmlElement, numas: readonly XmlElement[]): Change[] | undefined {
  const home = child(first, 'numa');
  const [numa, another] = numas;
  if (!numa) return [];
  if (!home) return another ? undefined : [{ op: 'move-element', element: numa, to: first }];
  const cells = numas.flatMap(childElements);
  const isCells = [home, ...numas].every((each) =>
    childElements(each).every(({ name }) => name.text === 'cell'),
  );
  if (!isCells || home.selfClosing) return undefined;
  return cells.map((element): Change => ({ op: 'move-element', element, to: home }));
}

const holdsComment = (element: XmlElement): boolean =>
  element.children.some((node) =>
    node.kind === 'element'
      ? holdsComment(node) && !(node.name.text === 'numa' && element.name.text === 'cpu')
      : node.kind === 'comment',
  );
