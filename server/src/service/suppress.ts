import { elementAt } from '../syntax/xml/query.ts';
import type { XmlElement, XmlTree } from '../syntax/xml/tree.ts';
import { applyEdits, type TextEdit } from '../text/edit.ts';
import { contains } from '../text/span.ts';
import { oncePerPair } from '../values/oncePer.ts';
import { type Analysis, analyze } from './analyze.ts';
import type { Finding } from './finding.ts';
import type { Original } from './parts.ts';

/** A comment that silences a finding, as an edit that was tried out. */
export interface SuppressionOffer {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Where a comment can silence a finding, and by which text. Undefined where no place was found: the comment is
 * put into the text and the text is read again, so that what is offered works.
 */
export const offerSuppression = oncePerPair(
  (analysis: Analysis, finding: Finding): SuppressionOffer | undefined =>
    finding.original ? tryPart(analysis, finding.original) : tryPlaces(analysis, finding),
);

/** The comment of the part, brought into the document around it and read there once more. */
function tryPart(analysis: Analysis, { part, finding }: Original): SuppressionOffer | undefined {
  const offer = offerSuppression(part.analysis, finding);
  const edits = offer && part.excerpt.toCarrierEdits(offer.edits);
  const text = edits && applyEdits(analysis.document.text, edits);
  const after = text === undefined ? undefined : analyze({ ...analysis.source, text }, analysis.settings);
  if (!after || after.findings.length >= analysis.findings.length) return undefined;
  return { ...offer!, edits: edits! };
}

function tryPlaces(analysis: Analysis, finding: Finding): SuppressionOffer | undefined {
  const { tree } = analysis.document;
  const places = tree
    ? elementPlaces(tree, finding)
    : commandPlaces(analysis.document.text, finding, extentOf(finding));
  for (const place of places) {
    const plain = tryComment(analysis, finding, place, finding.rule);
    if (!plain) continue;
    if (plain.silenced === 1) return { title: `Suppress ${finding.rule} here`, edits: [plain.edit] };
    // The comment would silence its neighbours as well; a key, where one can be given, keeps it to this finding.
    const key = keyOf(analysis, finding);
    const keyed = key && tryComment(analysis, finding, place, `${finding.rule} ${key}`);
    if (keyed && keyed.silenced === 1) {
      return { title: `Suppress ${finding.rule} here`, edits: [keyed.edit] };
    }
    return { title: `Suppress ${finding.rule} here (${plain.silenced} findings)`, edits: [plain.edit] };
  }
  return undefined;
}

/** The finding's own text, where it can stand as the key of a suppression. */
function keyOf(analysis: Analysis, finding: Finding): string | undefined {
  const text = analysis.document.text.slice(finding.span.start, finding.span.end);
  return /^[^:\s]+$/.test(text) ? text : undefined;
}

/**
 * Puts the comment into the text and reads it again.
 * @returns the edit and how many findings it silences; undefined where it misses this one or does any harm.
 */
function tryComment(
  analysis: Analysis,
  finding: Finding,
  at: number,
  what: string,
): { edit: TextEdit; silenced: number } | undefined {
  const { text, dialect } = analysis.document;
  const body = `virtlens-ignore ${what}: explain why`;
  const comment = dialect === 'libvirt' ? `<!-- ${body} -->` : `# ${body}`;
  const edit = { range: { start: at, end: at }, newText: comment + breakBehind(text, at) };
  const after = analyze({ ...analysis.source, text: applyEdits(text, [edit]) }, analysis.settings);
  if (!after) return undefined;
  const start = finding.span.start + (finding.span.start >= at ? edit.newText.length : 0);
  const met = after.suppressed.some((other) => other.rule === finding.rule && other.span.start === start);
  const silenced = analysis.findings.length - after.findings.length;
  const moved = after.suppressed.length - analysis.suppressed.length;
  return met && silenced === moved ? { edit, silenced } : undefined;
}

/** What comes between the comment and what it stands above: its line break and indentation, if it had any. */
function breakBehind(text: string, at: number): string {
  const indent = text.slice(lineStart(text, at), at);
  if (indent.trim() !== '') return ' ';
  return (text.includes('\r\n') ? '\r\n' : '\n') + indent;
}

/** Directly above the innermost element, or above one around it where its parent allows no comment. */
function elementPlaces(tree: XmlTree, finding: Finding): number[] {
  const places: number[] = [];
  let element: XmlElement | undefined = elementAt(tree, finding.span.start);
  for (; element?.parent; element = element.parent) {
    if (contains(element, finding.span)) places.push(element.start);
  }
  return places;
}

/** The extent of the command that the finding stands in, if it stands in one. */
function extentOf(finding: Finding): { start: number } | undefined {
  return finding.subject?.variants
    .map((variant) => variant.guest.extent)
    .find((extent) => contains(extent, finding.span));
}

/** The start of a line that assigns: `ARGS=`, `local args+=`. */
const ASSIGNMENT = /^[ \t]*(?:[a-z]+[ \t]+)?\w+\+?=/gm;

/**
 * In a script a comment cannot stand inside a command that goes on over several lines, so above the command. In an
 * array above the line of the element; inside a text that goes on over several lines above its assignment.
 */
function commandPlaces(text: string, finding: Finding, command: { start: number } | undefined): number[] {
  const own = lineStart(text, command?.start ?? finding.span.start);
  const assignment = [...text.slice(0, own).matchAll(ASSIGNMENT)].at(-1)?.index;
  return [own, ...(assignment === undefined ? [] : [assignment])].map(
    (start) => start + /^[ \t]*/.exec(text.slice(start))![0].length,
  );
}

const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
