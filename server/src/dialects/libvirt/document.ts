import { parseXml } from '../../syntax/xml/parse.ts';
import { attribute, child, childElements, isClosed, textOf, walk } from '../../syntax/xml/query.ts';
import type { XmlElement, XmlTree } from '../../syntax/xml/tree.ts';
import { Wording } from '../../syntax/xml/wording.ts';
import type { Uri } from '../../text/span.ts';
import { mostSimilar } from '../../values/similar.ts';
import type { Comment, Document, LibvirtVariant } from '../document.ts';
import { withoutAlternatives } from './alternatives.ts';
import { lowerDomain } from './lower/index.ts';
import { neverInside } from './nesting.ts';
import { joinPassed, readPassedArguments } from './passedArguments.ts';
import { Reader } from './values.ts';

/** Domain types that the QEMU driver runs; other drivers have rules of their own, which we do not know. */
const QEMU_TYPES = new Set(['kvm', 'qemu', 'hvf', 'kqemu']);

/** Reads XML: every libvirt domain in it, also inside a status or snapshot wrapper, becomes a guest. */
export function readDomains(uri: Uri, text: string): Document {
  const parsed = withoutAlternatives(text);
  const tree = parseXml(parsed, neverInside);
  const wording = new Wording(parsed, tree.problems);
  const reader = new Reader(uri);
  const subjects = domainsIn(tree).map((domain) => {
    const lowered = lowerDomain(reader, domain);
    const passed = readPassedArguments(reader, domain, lowered.guest);
    const own = { dialect: 'libvirt', domain, ...lowered, problems: tree.problems, wording } as const;
    const variant: LibvirtVariant = passed
      ? { ...own, guest: joinPassed(lowered, passed.guest), passed }
      : own;
    return { variants: [variant] };
  });
  return {
    dialect: 'libvirt',
    uri,
    text,
    subjects,
    comments: commentsIn(tree, text),
    untrusted: unclosedIn(tree),
    tree,
  };
}

/** What has no end yet is being typed: its extent is a guess, and what it lacks may still come. */
const unclosedIn = (tree: XmlTree): readonly XmlElement[] =>
  tree.problems.length === 0 ? [] : walk(tree).filter((element) => !isClosed(element));

/** Types that other drivers run (src/conf/domain_conf.c: virDomainVirt). */
const OTHER_TYPES: ReadonlySet<string> = new Set(
  'none xen lxc uml openvz test vmware hyperv vbox phyp parallels bhyve vz'.split(' '),
);

/** Also one that is misspelt, as `kmv`, and a whole domain of a type that there is not. */
const isForQemu = (type: string, domain: XmlElement): boolean =>
  QEMU_TYPES.has(type) ||
  mostSimilar(type, QEMU_TYPES) !== undefined ||
  (!OTHER_TYPES.has(type) && PARTS.filter((name) => child(domain, name)).length > 2);

/** `<domain>` with content; the same word is also a PCI domain and a capability. */
function domainsIn(tree: XmlTree): XmlElement[] {
  const found: XmlElement[] = [];
  for (const element of walk(tree)) {
    const isRoot = element.parent === tree.root;
    if (element.name.text !== 'domain' && !(isRoot && isMisspelt(element))) continue;
    if (childElements(element).length === 0 && (!isRoot || textOf(element).range)) continue;
    const type = attribute(element, 'type')?.value?.text;
    if (type !== undefined && /^[a-z]+$/.test(type) && !isForQemu(type, element)) continue;
    if (child(element, 'devices') || child(element, 'name') || child(element, 'memory') || isRoot)
      found.push(element);
  }
  return found;
}

/** What a domain is made of; with its type, this makes one of an element that is nearly called so. */
const PARTS = ['name', 'memory', 'vcpu', 'os', 'devices'];

const isMisspelt = (root: XmlElement): boolean =>
  QEMU_TYPES.has(attribute(root, 'type')?.value?.text ?? '') &&
  mostSimilar(root.name.text, ['domain']) !== undefined &&
  PARTS.filter((name) => child(root, name)).length > 1;

function commentsIn(tree: XmlTree, text: string): Comment[] {
  const comments: Comment[] = [];
  if (!text.includes('<!')) return comments;
  for (const element of [tree.root, ...walk(tree)]) {
    for (const node of element.children) {
      if (node.kind !== 'comment') continue;
      const body = text.slice(node.start, node.end).replace(/^<!--/, '').replace(/-->$/, '');
      comments.push({ start: node.start, end: node.end, text: body });
    }
  }
  return comments;
}
