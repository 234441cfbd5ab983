import type { Fault } from '../../catalogue/schema/fault.ts';
import { grammarOf, schemaVersions } from '../../catalogue/schema/grammar.ts';
import { validate } from '../../catalogue/schema/validate.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { atLeast, parseVersion, type Version } from '../../guest/target.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { oncePer } from '../../values/oncePer.ts';
import type { LibvirtContext } from '../define.ts';

/** Templates and published files also say with capitals, brackets or an x what is to be put in: `DISKPATH`, `52:54:00:xx:xx:xx`. */
const isOpen = (text: string): boolean =>
  isPlaceholder(text) || /^\[?[A-Z][A-Z_ -]{2,}\]?$|(^|[:-])(xx|XX|\?\?)/.test(text.trim());

/** Several rules speak of the same faults. */
const knownOf = oncePer((_domain: XmlElement) => new Map<string, readonly Fault[]>());

/**
 * Where a domain is not as libvirt's schema wants it. Of two versions that may be meant, a fault is one of both: what came
 * or went between them may well be right.
 */
export function faultsOf({ domain, wording, target }: LibvirtContext): readonly Fault[] {
  // Of a root element that is misspelt another rule speaks, and the schema knows nothing of what is in it.
  if (domain.name.text !== 'domain') return [];
  const versions = versionsFor(target.libvirt);
  const known = knownOf(domain);
  const before = known.get(versions.join());
  if (before) return before;
  let faults: readonly Fault[] | undefined;
  for (const each of versions.toReversed()) {
    if (faults?.length === 0) break;
    const found = validate(grammarOf(each), domain, isOpen, wording);
    faults = faults ? common(faults, found) : found;
  }
  known.set(versions.join(), faults ?? []);
  return faults ?? [];
}

function common(faults: readonly Fault[], others: readonly Fault[]): readonly Fault[] {
  const known = new Set(others.map(nameOf));
  return faults.filter((fault) => known.has(nameOf(fault)));
}

/** The same for the same fault in another version of the schema. */
const nameOf = (fault: Fault): string =>
  `${fault.at.start} ${fault.kind} ${'name' in fault ? fault.name : ''}`;

/** The version that is meant, or those around it; all of them where none is said. */
function versionsFor(target: Version | undefined): readonly string[] {
  const versions = schemaVersions();
  if (!target) return versions;
  const later = versions.findIndex((version) => atLeast(parseVersion(version)!, target));
  if (later < 0) return versions.slice(-1);
  const exact = atLeast(target, parseVersion(versions[later]!)!);
  return versions.slice(exact ? later : Math.max(later - 1, 0), later + 1);
}

/**
 * What a fault is about: the attribute or element itself, and what it is part of, a device or a section, as other rules that
 * know more of the matter speak of these.
 */
export function thingsOf(fault: Fault): readonly object[] {
  const things: object[] = 'attribute' in fault && fault.attribute ? [fault.attribute] : [];
  let at: XmlElement | undefined = fault.element;
  for (; at && at.name.text !== 'domain' && at.name.text !== 'devices'; at = at.parent) things.push(at);
  if (at && (at === fault.element || at === fault.element.parent)) things.push(at);
  return things;
}
